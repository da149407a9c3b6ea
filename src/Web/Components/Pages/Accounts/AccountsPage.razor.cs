using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Accounts;

public sealed partial class AccountsPage
{
    private IReadOnlyList<UserAccount>? _accounts;
    private string? _error;

    [Inject]
    public required AccountService Accounts { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync() => _accounts = await Accounts.ListAsync(CancellationToken.None);

    private async Task AddAsync()
    {
        var dialog = await Dialogs.ShowAsync<AccountDialog>("Add account");
        await dialog.Result;
        await LoadAsync();
    }

    private async Task SetPasswordAsync(UserAccount account)
    {
        var parameters = new DialogParameters<AccountDialog> { { d => d.Account, account } };
        var dialog = await Dialogs.ShowAsync<AccountDialog>($"Another password for {account.Name}", parameters);
        await dialog.Result;
        await LoadAsync();
    }

    private async Task ChangeAsync(UserAccount account, Role role, bool blocked)
    {
        _error = null;
        try
        {
            await Accounts.ChangeAsync(account.Id, role, blocked, CancellationToken.None);
        }
        catch (ConflictException e)
        {
            _error = $"{account.Name}: {e.Message}";
        }

        // Also after a refusal: the choice shows again what is stored.
        _accounts = null;
        StateHasChanged();
        await LoadAsync();
    }

    private async Task SignOutAsync(UserAccount account)
    {
        await Dialogs.ConfirmAsync(
            $"Sign {account.Name} out everywhere?", "Sign out", () => Accounts.SignOutEverywhereAsync(account.Id, CancellationToken.None), null,
            "Every open page of the account ends, and its tokens are revoked.");
        await LoadAsync();
    }

    private async Task DeleteAsync(UserAccount account)
    {
        await Dialogs.ConfirmAsync(
            $"Delete {account.Name}?", "Delete account", () => Accounts.DeleteAsync(account.Id, CancellationToken.None), account.Name,
            "The account and its tokens are deleted. What it did stays in the audit log.");
        await LoadAsync();
    }
}
