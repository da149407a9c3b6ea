// One lab, one machine: scenarios run one after another.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: ClusterPanel.EndToEnd.Tests.Fixtures.ScenarioEnd]

// Lab hosts are Linux, and so is the machine they run on.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("ClusterPanel.Benchmarks.Create")]
