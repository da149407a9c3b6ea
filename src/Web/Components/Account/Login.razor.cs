using ClusterPanel.Web.Accounts;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Account;

public sealed partial class Login
{
    private string? _message;

    [Inject]
    internal IAccounts Accounts { get; init; } = default!;

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }

    [SupplyParameterFromForm(FormName = "login")]
    public InputModel? Input { get; set; }

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    protected override void OnInitialized() => Input ??= new();

    private async Task SignInAsync()
    {
        var outcome = string.IsNullOrWhiteSpace(Input!.UserName) || string.IsNullOrEmpty(Input.Password)
            ? SignInOutcome.Refused
            : await Accounts.SignInAsync(Input.UserName.Trim(), Input.Password);
        if (outcome == SignInOutcome.SignedIn)
        {
            Navigation.NavigateTo(LocalPath.Of(ReturnUrl));
            return;
        }

        if (outcome == SignInOutcome.NeedsCode)
        {
            Navigation.NavigateTo($"/login/code?returnUrl={Uri.EscapeDataString(LocalPath.Of(ReturnUrl))}");
            return;
        }

        HttpContext!.Response.StatusCode = StatusCodes.Status400BadRequest;
        Input.Password = null;
        _message = outcome == SignInOutcome.LockedOut
            ? "Too many wrong passwords: this account is closed for a few minutes. Try again later."
            : "The user name or the password is wrong.";
    }

    public sealed class InputModel
    {
        public string? UserName { get; set; }

        public string? Password { get; set; }
    }
}
