using System.Globalization;
using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Pki;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Clusters;

public sealed partial class CertificatesPage : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Cluster? _cluster;
    private ClusterCertificates? _certificates;
    private string? _error;
    private bool _loaded;
    private bool _reading;

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required ClusterCertificateService Certificates { get; init; }

    [Inject]
    public required CertificateLimits Limits { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Parameter]
    public Guid Id { get; set; }

    private IReadOnlyList<Crumb> Way => [new("Clusters", "/clusters"), new(_cluster!.Name, $"/clusters/{Id}")];

    private double Longest => Math.Max(1, (_certificates?.All ?? []).Select(Left).DefaultIfEmpty(1).Max());

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_cluster?.Id != Id)
        {
            _cluster = await Clusters.FindAsync(Id, _gone.Token);
            _loaded = true;
            if (_cluster is not null)
            {
                StateHasChanged();
                await ReadAsync();
            }
        }
    }

    private async Task ReadAsync()
    {
        _reading = true;
        try
        {
            _certificates = await Certificates.ReadAsync(_cluster!, _gone.Token);
            _error = null;
        }
        catch (RefusedException e)
        {
            _error = e.Message;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
        }
        finally
        {
            _reading = false;
        }
    }

    // The page that renews them, with these chosen; without any, all.
    private string RenewalOf(IReadOnlyList<NodeCertificate> certificates) => $"/clusters/{Id}/certificates/renew?" + string.Join('&', certificates
        .Select(c => $"certificate={c.RenewedAs}").Concat(certificates.Select(c => $"host={c.HostId}")).Distinct());

    private double Left(NodeCertificate certificate) => Math.Max(0, (certificate.Ends - Time.GetUtcNow()).TotalDays);

    private static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private StatusLook Look(NodeCertificate certificate)
    {
        var left = certificate.Ends - Time.GetUtcNow();
        var text = left < TimeSpan.Zero ? "ended" : left.TotalDays < 730
            ? string.Create(CultureInfo.InvariantCulture, $"{left.TotalDays:0} days")
            : string.Create(CultureInfo.InvariantCulture, $"{left.TotalDays / 365.25:0} years");
        return certificate switch
        {
            _ when left < TimeSpan.Zero => new(text, Icons.Material.Filled.Report, Tone.Bad),
            _ when certificate.EndsSoon(Time.GetUtcNow(), Limits.WarnDays) => new(certificate.InMemory ? $"{text}: restart it" : text, Icons.Material.Filled.Warning, Tone.Warn),
            { InMemory: true } => new($"{text}, renewed by a restart", Icons.Material.Filled.CheckCircle, Tone.Ok),
            _ => new(text, Icons.Material.Filled.CheckCircle, Tone.Ok),
        };
    }
}
