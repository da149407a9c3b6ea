using System.Text;

namespace ClusterPanel.Core.Tests.Shell;

/// <summary>How a program ended.</summary>
internal sealed record ToolResult(int ExitCode, byte[] RawOutput, string Error)
{
    public string Output => Encoding.UTF8.GetString(RawOutput);
}
