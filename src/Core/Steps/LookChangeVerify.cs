using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Steps;

/// <summary>The shape of the simple steps: one look, one change, the same look again.</summary>
internal static class LookChangeVerify
{
    /// <summary>Runs it.</summary>
    /// <param name="context">The step's context.</param>
    /// <param name="look">Key of a look that prints <paramref name="right"/> when nothing is to be done, else what is missing.</param>
    /// <param name="right">What the look prints when the postcondition holds.</param>
    /// <param name="change">Key of the change; run detached when the plan says so.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandFailedException">The postcondition does not hold after the change.</exception>
    public static async Task RunAsync(StepContext context, string look, string right, string change, CancellationToken cancellationToken)
    {
        if (await context.ReadAsync(look, cancellationToken) == right)
        {
            await context.SayAsync("Nothing to do: it is as it should be.", cancellationToken);
            return;
        }

        await context.ApplyAsync(change, cancellationToken);
        var after = await context.ReadAsync(look, cancellationToken);
        if (after != right)
        {
            throw new CommandFailedException(context.Target.HostName, "The change had no effect", 1, [after]);
        }
    }
}
