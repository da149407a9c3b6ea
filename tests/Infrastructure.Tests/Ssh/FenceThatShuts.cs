using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

/// <summary>Lets some scripts through and refuses the rest, as when a newer writer comes between them.</summary>
/// <param name="from">Number of the first script that is refused, from 1.</param>
internal sealed class FenceThatShuts(int from) : IScriptFence
{
    private int _seen;

    public string Guard(string script) => Check(script);

    public string Check(string script) => ++_seen >= from ? "exit 75\n" : script;
}
