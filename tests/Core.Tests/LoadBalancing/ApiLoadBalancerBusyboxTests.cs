namespace ClusterPanel.Core.Tests.LoadBalancing;

public sealed class ApiLoadBalancerBusyboxTests() : ApiLoadBalancerShellTests("busybox", "sh");
