using ClusterPanel.Core.Access;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Controls;

public sealed partial class Every
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _gone = new();
    private bool _failing;

    [Inject]
    public required TimeProvider Time { get; init; }

    [Inject]
    public required ILogger<Every> Logger { get; init; }

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
                await InvokeAsync(() => TickAsync(cancellationToken));
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

    // A database that is away is waited for, and may be silent for long before it fails.
    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            var tick = OnTick.InvokeAsync();
            if (await Task.WhenAny(tick, Task.Delay(Patience, Time, cancellationToken)) != tick)
            {
                Say(true);
            }

            await tick;
            Say(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or AccessDeniedException or ObjectDisposedException))
        {
            LogFailed(Logger, e);
            Say(true);
        }
    }

    private void Say(bool failing)
    {
        if (_failing != failing)
        {
            _failing = failing;
            StateHasChanged();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A page could not be brought up to date; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
