using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Credentials;

public sealed partial class CredentialsPage
{
    private IReadOnlyList<Credential>? _credentials;

    [Inject]
    public required CredentialService Credentials { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync() => _credentials = await Credentials.ListAsync(CancellationToken.None);

    private async Task EditAsync(Credential? credential)
    {
        var parameters = new DialogParameters<CredentialDialog> { { d => d.Existing, credential } };
        var dialog = await Dialogs.ShowAsync<CredentialDialog>(credential is null ? "Add credential" : $"Edit {credential.Name}", parameters);
        await dialog.Result;
        await LoadAsync();
    }

    private async Task DeleteAsync(Credential credential)
    {
        await Dialogs.ConfirmAsync(
            $"Delete {credential.Name}?", "Delete credential", () => Credentials.DeleteAsync(credential.Id, CancellationToken.None), null,
            "Its secrets are deleted for good. A credential that hosts use cannot be deleted.");
        await LoadAsync();
    }
}
