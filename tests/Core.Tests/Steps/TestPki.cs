using System.Text;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Steps;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>A master's files, made once for all tests.</summary>
internal static class TestPki
{
    private static readonly FileArchive Files = FileArchive.Read(MasterFiles.ForFirst(Samples.Spec(), Samples.Spec().Members[0], Samples.Now));

    /// <summary>What tar prints for all of <c>/etc/kubernetes</c>.</summary>
    public static CommandResult Everything { get; } = new(0, "", "") { RawOutput = Files.ToTar() };

    /// <summary>What tar prints for files of <c>/etc/kubernetes/pki</c>.</summary>
    public static CommandResult Result(params IEnumerable<string> names)
    {
        var archive = new FileArchive();
        foreach (var name in names)
        {
            archive[name] = Files[$"pki/{name}"];
        }

        var tar = archive.ToTar();
        return new CommandResult(0, Encoding.ASCII.GetString(tar), "") { RawOutput = tar };
    }
}
