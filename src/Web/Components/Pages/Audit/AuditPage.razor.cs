using ClusterPanel.Core;
using ClusterPanel.Core.Auditing;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Audit;

public sealed partial class AuditPage
{
    private const int Part = 100;
    private List<AuditEntry>? _entries;
    private string? _shown;
    private string? _error;
    private bool _more;

    [Inject]
    public required AuditService Audit { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    /// <summary>Text that entries contain.</summary>
    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (_entries is null || _shown != Q)
        {
            (_entries, _shown, _error) = (null, Q, null);
            try
            {
                Take(await Audit.ReadAsync(new AuditQuery(Part, null, Q), CancellationToken.None));
            }
            catch (InvalidInputException e)
            {
                (_entries, _more, _error) = ([], false, e.Message);
            }
        }
    }

    private async Task OlderAsync() => Take(await Audit.ReadAsync(new AuditQuery(Part, _entries![^1].Number, Q), CancellationToken.None));

    private void Take(IReadOnlyList<AuditEntry> part)
    {
        (_entries ??= []).AddRange(part);
        _more = part.Count == Part;
    }

    private void Filter(string? text) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(text) ? null : text.Trim()), replace: true);
}
