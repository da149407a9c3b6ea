using ClusterPanel.Core;
using ClusterPanel.Web.Accounts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Account;

public sealed partial class Setup
{
    private readonly FieldErrors _errors = new();

    [Inject]
    internal IAccounts Accounts { get; init; } = default!;

    [Inject]
    internal FirstRun FirstRun { get; init; } = default!;

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }

    [SupplyParameterFromForm(FormName = "setup")]
    public InputModel? Input { get; set; }

    protected override void OnInitialized() => Input ??= new();

    private async Task CreateAsync()
    {
        var (code, user, password) = (Input!.Code?.Trim() ?? "", Input.UserName?.Trim() ?? "", Input.Password ?? "");
        if (password != Input.Repeat)
        {
            Refuse([new FieldError("repeat", "The two passwords differ.")]);
            return;
        }

        try
        {
            await FirstRun.CreateAdministratorAsync(code, user, password, HttpContext!.Connection.RemoteIpAddress?.ToString(), HttpContext.RequestAborted);
        }
        catch (InvalidInputException e)
        {
            Refuse(e.Errors);
            return;
        }
        catch (ConflictException e)
        {
            HttpContext!.Response.StatusCode = StatusCodes.Status409Conflict;
            _errors.SetGeneral(e.Message);
            return;
        }

        var outcome = await Accounts.SignInAsync(user, password);
        Navigation.NavigateTo(outcome == SignInOutcome.SignedIn ? "/" : "/login");
    }

    private void Refuse(IReadOnlyList<FieldError> errors)
    {
        HttpContext!.Response.StatusCode = StatusCodes.Status400BadRequest;
        _errors.Set(errors, "code", "userName", "password", "repeat");
    }

    public sealed class InputModel
    {
        public string? Code { get; set; }

        public string? UserName { get; set; }

        public string? Password { get; set; }

        public string? Repeat { get; set; }
    }
}
