using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// The ordered stages of a deployment, computed before anything runs, shown for confirmation and stored. What is run is
/// taken from here: a step can run no other changing text than the plan's.
/// </summary>
/// <param name="Title">What the plan does, as a heading.</param>
/// <param name="Stages">In order.</param>
/// <param name="Spec">What the cluster is to be when the plan has been run; what is run is computed from it.</param>
public sealed record Plan(string Title, IReadOnlyList<Stage> Stages, ClusterSpec Spec)
{
    /// <summary>SHA-256 over the whole plan, lower-case hexadecimal: equal for equal plans.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>Every host of the plan once, in the order in which they first appear.</summary>
    public IEnumerable<ClusterMember> Members() => Stages.SelectMany(s => s.Hosts).Select(h => h.Member).DistinctBy(m => m.HostId);

    /// <summary>The stages that make hosts nodes of the cluster.</summary>
    public IEnumerable<Stage> Joins() => Stages.Where(s => MakesNodes.Contains(s.Step));

    /// <summary>The hosts that the plan makes nodes of the cluster.</summary>
    public IEnumerable<ClusterMember> Joining() => Joins().SelectMany(s => s.Hosts).Select(h => h.Member);

    /// <summary>True for a host that is no member any more when the plan has been run.</summary>
    public bool IsLeaving(ClusterMember member) => Spec.Members.All(m => m.HostId != member.HostId);

    /// <summary>
    /// True when the rest can be done without the host: a worker, or a master that leaves anyway and has no member in etcd any more.
    /// </summary>
    /// <param name="member">The host.</param>
    /// <param name="succeeded">Whether a stage has succeeded on it.</param>
    public bool MayBeLeftOut(ClusterMember member, Func<Stage, bool> succeeded) =>
        member.Role == NodeRole.Worker || (IsLeaving(member) && Stages.Where(s => s.Step == RemovesMember && s.Hosts.Any(h => h.Member.HostId == member.HostId)).All(succeeded));

    /// <summary>
    /// True for a worker that was to leave and whose Node is not deleted yet: when it is left out, it is a member as before. One that is only
    /// cleaned was none any more.
    /// </summary>
    /// <param name="member">The host.</param>
    /// <param name="succeeded">Whether a stage has succeeded on it.</param>
    public bool RemainsWhenLeftOut(ClusterMember member, Func<Stage, bool> succeeded) =>
        member.Role == NodeRole.Worker && IsLeaving(member)
        && Stages.FirstOrDefault(s => (s.Step == DeletesNode || s.Step == CleansHost) && s.Hosts.Any(h => h.Member.HostId == member.HostId)) is { } first
        && first.Step == DeletesNode && !succeeded(first);

    /// <summary>
    /// True for the drain of a host whose Node is not deleted yet: what it has reached does not last. The Node can be uncordoned while the
    /// deployment is stopped, and its pods come back.
    /// </summary>
    /// <param name="stage">A stage of the plan.</param>
    /// <param name="member">The host.</param>
    /// <param name="succeeded">Whether a stage has succeeded on it.</param>
    public bool DoesNotLast(Stage stage, ClusterMember member, Func<Stage, bool> succeeded) =>
        stage.Step == Drains && Stages.FirstOrDefault(s => s.Step == DeletesNode && s.Hosts.Any(h => h.Member.HostId == member.HostId)) is { } delete && !succeeded(delete);

    /// <summary>The plan as stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    /// <summary>Reads a stored plan.</summary>
    public static Plan FromJson(string json) =>
        JsonSerializer.Deserialize<Plan>(json, JsonOptions) ?? throw new JsonException("The stored plan is empty.");

    private static readonly string[] MakesNodes = [new Steps.KubeadmInit().Key, new Steps.JoinControlPlane().Key, new Steps.JoinWorker().Key];
    private static readonly string RemovesMember = new Steps.RemoveEtcdMember().Key;
    private static readonly string Drains = new Steps.DrainNode().Key;
    private static readonly string DeletesNode = new Steps.DeleteNode().Key;
    private static readonly string CleansHost = new Steps.CleanHost().Key;

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };
}
