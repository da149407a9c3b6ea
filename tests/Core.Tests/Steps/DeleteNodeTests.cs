using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class DeleteNodeTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public void RunAsync_Master_IsDeletedAndForgottenByKubeadm()
    {
        var bench = new StepBench("delete-node", "h3").On("h1", "api-ready", "").On("h1", "node", "");

        bench.Run();

        Assert.Equal(["h1 delete", "h1 forget-endpoint"], bench.Changes);
    }

    [Fact]
    public void RunAsync_Worker_IsDeleted()
    {
        var bench = new StepBench("delete-node", "h4").On("h1", "api-ready", "").On("h1", "node", "node/h4\n", "");

        bench.Run();

        Assert.Equal(["h1 delete"], bench.Changes);
    }

    [Theory]
    [InlineData("10.0.0.99\n", false)]
    [InlineData("10.0.0.13\n", true)]
    public void RunAsync_AnotherMemberHasTheName_DeletesItsOwnNodeOnly(string address, bool deletes)
    {
        var bench = new StepBench("delete-node", "h3", "10.0.0.99", NodeRole.ControlPlane).On("h1", "api-ready", "").On("h1", "node", "").On("h1", "whose", address);

        bench.Run();

        Assert.Equal(deletes ? ["h1 delete", "h1 forget-endpoint"] : [], bench.Changes);
    }

    [Fact]
    public void RunAsync_RegistersItselfAgain_FailsAndSaysWhy()
    {
        var e = new StepBench("delete-node", "h4").On("h1", "api-ready", "").On("h1", "node", "node/h4\n").RunFails();

        Assert.Contains("its kubelet still runs", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForgetEndpoint_OneOfThree_PatchesTheOthersBack()
    {
        _box.Folder.Write("status", "apiEndpoints:\n  h1:\n    advertiseAddress: 10.0.0.11\n    bindPort: 6443\n  h3:\n    advertiseAddress: 10.0.0.13\n    bindPort: 6443\n  h33:\n    advertiseAddress: 10.0.0.33\n    bindPort: 6443\napiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterStatus\n");
        _box.Folder.Program("kubectl", $"case \"$*\" in *patch*) shift $(($# - 1)); printf %s \"$1\" > {_box.Folder["patch"]} ;; *) cat {_box.Folder["status"]} ;; esac\n");

        Assert.Equal(0, (await _box.RunPlannedAsync("delete-node", "h3", "forget-endpoint")).ExitCode);

        using var patch = System.Text.Json.JsonDocument.Parse(_box.Folder.Read("patch"));
        Assert.Equal(
            "apiEndpoints:\n  h1:\n    advertiseAddress: 10.0.0.11\n    bindPort: 6443\n  h33:\n    advertiseAddress: 10.0.0.33\n    bindPort: 6443\napiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterStatus\n",
            patch.RootElement.GetProperty("data").GetProperty("ClusterStatus").GetString());
    }
}
