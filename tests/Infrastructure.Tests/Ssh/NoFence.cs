using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

/// <summary>For hosts that nobody else writes to.</summary>
internal sealed class NoFence : IScriptFence
{
    public static NoFence Instance { get; } = new();

    public string Guard(string script) => script;

    public string Check(string script) => script;
}
