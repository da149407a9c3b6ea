using System.Globalization;
using ClusterPanel.Core.Deployments;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Pages.Clusters;

/// <summary>How the pods of leaving nodes are moved away.</summary>
public sealed partial class DrainFields
{
    private string? _minutes = new DrainOptions().Minutes.ToString(CultureInfo.InvariantCulture);
    private string? _error;
    private bool _force;

    /// <summary>Told after each change; null while the fields cannot be read.</summary>
    [Parameter]
    [EditorRequired]
    public EventCallback<DrainOptions?> OnChange { get; set; }

    private Task SetMinutesAsync(string? text)
    {
        _minutes = text;
        return TellAsync();
    }

    private Task SetForceAsync(bool force)
    {
        _force = force;
        return TellAsync();
    }

    private Task TellAsync()
    {
        var readable = int.TryParse(_minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes);
        _error = readable ? null : "Whole minutes, for example 5.";
        return OnChange.InvokeAsync(readable ? new DrainOptions(minutes, _force) : null);
    }
}
