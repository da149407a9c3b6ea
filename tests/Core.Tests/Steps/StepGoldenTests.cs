using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class StepGoldenTests
{
    public static TheoryData<string> Names => [.. PlannedTexts.Files().Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Commands_EachStepAndRole_AreTheGoldenOnes(string name)
    {
        var (_, stage, host) = PlannedTexts.Files().Single(f => f.Name == name);

        Golden.Match(name, PlannedTexts.Show(stage, host));
    }

    [Fact]
    public void Files_OfAllSteps_CoverEveryStepThereIs() =>
        Assert.Equal(StepCatalog.Default.Keys.Order(), PlannedTexts.Files().Select(f => f.Stage.Step).Distinct().Order());

    [Fact]
    public void GoldenFiles_OfSteps_AreAllCompared() => Assert.Equal(PlannedTexts.Files().Select(f => f.Name).Order(), Golden.Names("step.*").Order());

    [Fact]
    public void Commands_OfOneStageHost_HaveDifferentKeysAndASentence()
    {
        foreach (var (_, _, host) in PlannedTexts.Files())
        {
            Assert.Equal(host.Commands.Count, host.Commands.Select(c => c.Key).Distinct().Count());
            Assert.All(host.Commands, c => Assert.False(string.IsNullOrWhiteSpace(c.Sentence)));
            Assert.All(host.Commands.Where(c => c.Kind != CommandKind.Upload), c => Assert.NotEqual("", c.Script));
        }
    }
}
