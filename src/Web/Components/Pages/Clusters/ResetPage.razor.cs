using System.Globalization;
using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Clusters;

public sealed partial class ResetPage : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Cluster? _cluster;
    private ResetCluster _change = new(Guid.Empty, []);
    private IReadOnlyList<ResetRow> _rows = [];
    private bool _loaded;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required HostLeftovers Leftovers { get; init; }

    [Parameter]
    public Guid Id { get; set; }

    private IReadOnlyList<Crumb> Way => [new("Clusters", "/clusters"), new(_cluster!.Name, $"/clusters/{Id}")];

    private string Progress => _rows.Count(r => r.Left is null && r.Error is null) is > 0 and var open
        ? string.Create(CultureInfo.InvariantCulture, $"looking at {open} of {_rows.Count} hosts…")
        : string.Create(CultureInfo.InvariantCulture, $"{_rows.Count(r => r.Error is not null)} of {_rows.Count} do not answer");

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_cluster?.Id == Id)
        {
            return;
        }

        _cluster = await Clusters.FindAsync(Id, _gone.Token);
        _rows = [.. (_cluster?.Spec.Members ?? []).Concat(_cluster?.Spec.NotCleaned ?? []).Select(m => new ResetRow(m))];
        _change = new ResetCluster(Id, []);
        _loaded = true;
        _ = Task.WhenAll(_rows.Select(LookAsync));
    }

    // A host that does not answer is left out, unless the operator knows better.
    private async Task LookAsync(ResetRow row)
    {
        try
        {
            row.Left = await Leftovers.ListAsync(_cluster!.Spec, row.Member, _gone.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception e) when (e is HostException or RefusedException)
        {
            row.Error = e.Message;
            await InvokeAsync(() => Set(row, true));
        }

        await InvokeAsync(StateHasChanged);
    }

    private void Set(ResetRow row, bool leftOut)
    {
        row.LeftOut = leftOut;
        _change = new ResetCluster(Id, [.. _rows.Where(r => r.LeftOut).Select(r => r.Member.HostId)]);
    }
}
