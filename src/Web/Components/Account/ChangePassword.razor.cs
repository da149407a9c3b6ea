using ClusterPanel.Core;
using ClusterPanel.Web.Accounts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Account;

public sealed partial class ChangePassword
{
    private readonly FieldErrors _errors = new();
    private bool _done;
    private bool _hasPassword;

    [Inject]
    internal IAccounts Accounts { get; init; } = default!;

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    public InputModel? Input { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        _hasPassword = await Accounts.HasPasswordAsync(HttpContext!.User);
    }

    private async Task ChangeAsync()
    {
        if (string.IsNullOrEmpty(Input!.Password) || Input.Password != Input.Repeat)
        {
            Refuse([new FieldError("repeat", "The two new passwords differ or are empty.")]);
            return;
        }

        var errors = await Accounts.ChangePasswordAsync(HttpContext!.User, Input.Current ?? "", Input.Password);
        if (errors.Count > 0)
        {
            Refuse(errors);
            return;
        }

        _done = true;
    }

    private void Refuse(IReadOnlyList<FieldError> errors)
    {
        HttpContext!.Response.StatusCode = StatusCodes.Status400BadRequest;
        _errors.Set(errors);
    }

    public sealed class InputModel
    {
        public string? Current { get; set; }

        public string? Password { get; set; }

        public string? Repeat { get; set; }
    }
}
