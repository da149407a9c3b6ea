using System.Reflection;
using Xunit.v3;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Fails a test for what went wrong when its scenario ended: a secret was found, or something could not be searched or ended.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class ScenarioEndAttribute : BeforeAfterTestAttribute
{
    // Scenarios run one after another.
    private static readonly List<Exception> Failures = [];

    public static void Failed(Exception why) => Failures.Add(why);

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        var failures = Failures.ToArray();
        Failures.Clear();
        if (failures.Length > 0)
        {
            throw new AggregateException("The scenario did not end as it should.", failures);
        }
    }
}
