using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Controls;

/// <summary>Shows nothing; calls back at an interval as long as it is on the page.</summary>
public sealed class Every : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    [Inject]
    public required TimeProvider Time { get; init; }

    [Parameter, EditorRequired]
    public TimeSpan Interval { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnTick { get; set; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized() => _ = RunAsync(_gone.Token);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, Time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await InvokeAsync(() => OnTick.InvokeAsync());
            }
        }
        catch (OperationCanceledException)
        {
            // Off the page: this, or the page itself in the middle of a tick.
        }
        catch (ObjectDisposedException)
        {
            // The circuit is gone.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }
}
