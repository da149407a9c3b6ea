namespace ClusterPanel.Core.Tests.LoadBalancing;

public sealed class ApiLoadBalancerDashTests() : ApiLoadBalancerShellTests("dash");
