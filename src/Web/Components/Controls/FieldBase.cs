using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Controls;

/// <summary>A labelled form field with a hint and an error, tied together for screen readers.</summary>
public abstract class FieldBase : ComponentBase
{
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public string? Value { get; set; }

    [Parameter]
    public EventCallback<string?> ValueChanged { get; set; }

    /// <summary>What is wrong, or null.</summary>
    [Parameter]
    public string? Error { get; set; }

    [Parameter]
    public string? Hint { get; set; }

    [Parameter]
    public bool Optional { get; set; }

    [Parameter]
    public bool Disabled { get; set; }

    /// <summary>Fixed-width digits and letters, for addresses and keys.</summary>
    [Parameter]
    public bool Mono { get; set; }

    [Parameter]
    public string? Class { get; set; }

    protected string Id { get; } = $"f{Guid.NewGuid():N}";

    protected string? DescribedBy => Error is not null ? $"{Id}-error" : Hint is not null ? $"{Id}-hint" : null;

    protected string? Invalid => Error is not null ? "true" : null;

    protected string InputClass => Mono ? "input mono" : "input";

    protected Task ChangeAsync(ChangeEventArgs e) => ValueChanged.InvokeAsync(e.Value?.ToString());
}
