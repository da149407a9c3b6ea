using System.Globalization;
using ClusterPanel.Core;
using ClusterPanel.Core.Hosts;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Hosts;

public sealed partial class ApproveKeysDialog : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private List<KeyRow> _rows = [];

    [Inject]
    internal HostService Service { get; init; } = default!;

    [CascadingParameter]
    public IMudDialogInstance Dialog { get; set; } = default!;

    /// <summary>The hosts whose keys are to be approved.</summary>
    [Parameter]
    public IReadOnlyList<Host> Hosts { get; set; } = [];

    private IReadOnlyList<KeyRow> Ready => [.. _rows.Where(r => r.Stage == KeyStage.Ready)];

    private string Progress => string.Create(
        CultureInfo.InvariantCulture,
        $"{_rows.Count(r => r.Stage is KeyStage.Done)} of {_rows.Count} done{(_rows.Count(r => r.Stage is KeyStage.Failed or KeyStage.NoKey) is > 0 and var n ? $", {n} with a problem" : "")}");

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        _rows = [.. Hosts.Select(h => new KeyRow(h))];
        _ = ReadAsync(_rows);
    }

    private void Close() => Dialog.Close();

    private Task ReadAsync(IReadOnlyList<KeyRow> rows)
    {
        foreach (var row in rows)
        {
            row.Stage = KeyStage.Reading;
        }

        return EachAsync(rows, async row =>
        {
            var host = await Service.ReadKeyAsync(row.Host.Id, _gone.Token);
            return () => (row.Host, row.Stage) = (host, host.SeenKey is null || host.LastError is not null ? KeyStage.NoKey : KeyStage.Ready);
        });
    }

    private Task ApproveAsync(IReadOnlyList<KeyRow> rows)
    {
        // A second click finds no row that is ready.
        var chosen = rows.Where(r => r.Stage == KeyStage.Ready).ToList();
        chosen.ForEach(r => r.Stage = KeyStage.Probing);
        return EachAsync(chosen, async row =>
        {
            await Service.TrustAsync(row.Host.Id, row.Host.SeenKey!.Fingerprint, false, _gone.Token);
            var host = await Service.ProbeAsync(row.Host.Id, _gone.Token);
            return () => (row.Host, row.Stage) = (host, host.LastError is null ? KeyStage.Done : KeyStage.Failed);
        });
    }

    private Task EachAsync(IReadOnlyList<KeyRow> rows, Func<KeyRow, Task<Action>> work)
    {
        var byHost = rows.ToDictionary(r => r.Host.Id);
        return HostBatch.RunAsync([.. rows.Select(r => r.Host)], async host =>
        {
            var row = byHost[host.Id];
            Action outcome;
            try
            {
                row.Problem = null;
                outcome = await work(row);
            }
            catch (RefusedException e)
            {
                outcome = () => (row.Stage, row.Problem) = (KeyStage.Failed, e.Message);
            }

            await InvokeAsync(() =>
            {
                outcome();
                StateHasChanged();
            });
        }, _gone.Token);
    }
}
