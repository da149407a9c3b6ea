using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Components.Controls;

/// <summary>Judges a host.</summary>
public static class HostConditions
{
    public static HostCondition Condition(this Host host) => host switch
    {
        { TrustedKey: { } trusted, SeenKey: { } seen } when trusted.Fingerprint != seen.Fingerprint => HostCondition.KeyChanged,
        { TrustedKey: null, SeenKey: null } => HostCondition.KeyNotRead,
        { TrustedKey: null } => HostCondition.WaitsForApproval,
        { LastError: not null } => HostCondition.Failing,
        { Facts: null } => HostCondition.NoFacts,
        _ => HostCondition.Usable,
    };
}
