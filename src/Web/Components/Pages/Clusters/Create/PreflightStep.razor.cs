using ClusterPanel.Core;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Preflight;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Clusters.Create;

public sealed partial class PreflightStep : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly List<PreflightRow> _rows = [];
    private PreflightReport? _report;
    private string? _problem;
    private bool _running;

    [Inject]
    public required PreflightService Preflight { get; init; }

    [Inject]
    public required ClusterChangeService Changes { get; init; }

    [Parameter, EditorRequired]
    public required CreateClusterModel Model { get; set; }

    /// <summary>Told the finished report, and null when a look begins.</summary>
    [Parameter]
    public EventCallback<PreflightReport?> OnReport { get; set; }

    private IReadOnlyList<(Guid Id, string Name)> Hosts =>
        [.. Model.Request.MasterHostIds.Concat(Model.Request.WorkerHostIds).Select(id => (id, Model.Inventory.FirstOrDefault(h => h.Id == id)?.Name ?? "?"))];

    private int Warnings => _report?.Rows.Sum(r => r.Results.Count(c => c.Verdict == Verdict.Warning)) ?? 0;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    // Always anew when the step is shown: going back may have changed anything.
    protected override Task OnInitializedAsync() => RunAsync();

    private async Task RunAsync()
    {
        if (_running)
        {
            return;
        }

        (_running, _report, _problem) = (true, null, null);
        _rows.Clear();
        await OnReport.InvokeAsync(null);
        var token = _gone.Token;
        try
        {
            if (Model.Growing is { } cluster)
            {
                Model.Request.PackageId = (await Changes.PackageAsync(cluster.Id, token)).Id;
            }

            _report = await Preflight.RunAsync(Model.Request, OnRow, token);
            _rows.Clear();
            _rows.AddRange(_report.Rows);
            await OnReport.InvokeAsync(_report);
        }
        catch (Exception e) when (e is InvalidInputException or ConflictException)
        {
            _problem = e.Message;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The step was left.
        }
        finally
        {
            _running = false;
        }
    }

    private void OnRow(PreflightRow row) => _ = InvokeAsync(() =>
    {
        // The report holds every row: one that comes late is there already.
        if (!_gone.IsCancellationRequested && _running)
        {
            _rows.Add(row);
            StateHasChanged();
        }
    });
}
