using ClusterPanel.Core.Packages;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Packages;

public sealed partial class PackagesPage
{
    private IReadOnlyList<OfflinePackage>? _packages;

    [Inject]
    public required PackageService Packages { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync() => _packages = await Packages.ListAsync(CancellationToken.None);

    private async Task RegisterAsync()
    {
        var dialog = await Dialogs.ShowAsync<RegisterPackageDialog>("Register package");
        await dialog.Result;
        await LoadAsync();
    }

    private async Task DeleteAsync(OfflinePackage package)
    {
        await Dialogs.ConfirmAsync(
            $"Forget {package.FileName}?", "Forget package", () => Packages.DeleteAsync(package.Id, CancellationToken.None), null,
            "The panel forgets it; the file stays where it is. Clusters made from it are not touched.");
        await LoadAsync();
    }
}
