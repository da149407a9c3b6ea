using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Accounts;

public sealed partial class AccountDialog
{
    private readonly FieldErrors _errors = new();
    private string? _name;
    private string? _password;
    private string? _role = nameof(Role.Viewer);
    private bool _busy;

    [Inject]
    public required AccountService Accounts { get; init; }

    [CascadingParameter]
    public IMudDialogInstance Dialog { get; set; } = default!;

    /// <summary>Whose password is to be set, or null for a new account.</summary>
    [Parameter]
    public UserAccount? Account { get; set; }

    private async Task SaveAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        _errors.Clear();
        try
        {
            await (Account is null
                ? Accounts.AddAsync(_name ?? "", _password ?? "", Enum.Parse<Role>(_role!), CancellationToken.None)
                : Accounts.SetPasswordAsync(Account.Id, _password ?? "", CancellationToken.None));
            Dialog.Close();
        }
        catch (InvalidInputException e)
        {
            _errors.Set(e.Errors, "userName", "password", "role");
        }
        catch (RefusedException e)
        {
            _errors.SetGeneral(e.Message);
        }
        finally
        {
            _busy = false;
        }
    }
}
