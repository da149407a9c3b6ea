using System.Globalization;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>Answers of etcdctl 3.4 as the look at members prints them.</summary>
internal static class Etcdctl
{
    /// <summary>Members h1 to hN; a name with <c>!</c> is unhealthy, one with <c>?</c> has not started.</summary>
    public static string Members(params string[] members)
    {
        var list = members.Select(m => (Name: m.TrimEnd('!', '?'), Number: int.Parse(m.TrimEnd('!', '?')[1..], CultureInfo.InvariantCulture), Started: !m.EndsWith('?'), Healthy: !m.EndsWith('!')))
            .Select(m => (m.Name, m.Number, m.Started, Healthy: m.Healthy && m.Started)).ToList();
        var json = string.Join(',', list.Select(m => $$"""{"ID":{{m.Number + 170}},{{(m.Started ? $"\"name\":\"{m.Name}\"," : "")}}"peerURLs":["https://10.0.0.{{10 + m.Number}}:2380"]{{(m.Started ? $",\"clientURLs\":[\"https://10.0.0.{10 + m.Number}:2379\"]" : "")}}}"""));
        var health = string.Join(',', list.Where(m => m.Started).Select(m => $$"""{"endpoint":"https://10.0.0.{{10 + m.Number}}:2379","health":{{(m.Healthy ? "true" : "false")}},"took":"9.1ms"}"""));
        return $$"""{"header":{"cluster_id":14841639068965178418,"member_id":171,"raft_term":2},"members":[{{json}}]}""" + $"\n\nhealth\n[{health}]\n";
    }
}
