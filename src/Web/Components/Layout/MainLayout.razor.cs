using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace ClusterPanel.Web.Components.Layout;

public sealed partial class MainLayout : IDisposable
{
    private bool _dark;
    private bool _navigationOpen = true;
    private ErrorBoundary? _boundary;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    /// <summary>The theme of the first paint, or null when the browser decided by the system's setting.</summary>
    [CascadingParameter(Name = "Theme")]
    public string? Theme { get; set; }

    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    protected override void OnInitialized()
    {
        _dark = Theme == ThemeChoice.Dark;
        Navigation.LocationChanged += OnLocationChanged;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && Theme is null)
        {
            _dark = await Js.InvokeAsync<string>("clusterPanelTheme.get") == ThemeChoice.Dark;
            StateHasChanged();
        }
    }

    private void ToggleNavigation() => _navigationOpen = !_navigationOpen;

    private async Task ToggleThemeAsync()
    {
        _dark = !_dark;
        await Js.InvokeVoidAsync("clusterPanelTheme.set", _dark ? ThemeChoice.Dark : ThemeChoice.Light);
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _boundary?.Recover();
}
