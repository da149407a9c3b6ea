using ClusterPanel.Web.Accounts;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Account;

public sealed partial class LoginCode
{
    private string? _message;

    [Inject]
    internal IAccounts Accounts { get; init; } = default!;

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }

    [SupplyParameterFromForm(FormName = "code")]
    public InputModel? Input { get; set; }

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    protected override void OnInitialized() => Input ??= new();

    private async Task SignInAsync()
    {
        var outcome = await Accounts.SignInWithCodeAsync(Input!.Code ?? "");
        if (outcome == SignInOutcome.SignedIn)
        {
            Navigation.NavigateTo(LocalPath.Of(ReturnUrl));
            return;
        }

        HttpContext!.Response.StatusCode = StatusCodes.Status400BadRequest;
        Input.Code = null;
        _message = outcome == SignInOutcome.LockedOut
            ? "Too many wrong codes: this account is closed for a few minutes. Try again later."
            : "This code is wrong, or was used already. Wait for the next one; when the password was typed some minutes ago, begin again.";
    }

    public sealed class InputModel
    {
        public string? Code { get; set; }
    }
}
