using System.Text;
using ClusterPanel.Web.Accounts;
using Microsoft.AspNetCore.Components;
using QRCoder;

namespace ClusterPanel.Web.Components.Account;

public sealed partial class TwoFactor
{
    private SecondFactor? _factor;
    private IReadOnlyList<string>? _codes;
    private string? _error;

    [Inject]
    internal IAccounts Accounts { get; init; } = default!;

    [CascadingParameter]
    public HttpContext? HttpContext { get; set; }

    [SupplyParameterFromForm]
    public InputModel? Input { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        HttpContext!.Response.Headers.CacheControl = "no-store";
        _factor = await Accounts.HasPasswordAsync(HttpContext.User) ? await Accounts.SecondFactorAsync(HttpContext.User) : null;
    }

    private static string Picture(string address)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(code.GetGraphic(4)))}";
    }

    private async Task UseAsync()
    {
        _codes = await Accounts.UseSecondFactorAsync(HttpContext!.User, Input!.Code ?? "");
        _error = _codes is null ? "This code is wrong. Check the clock of the device, and type the code it shows now." : null;
    }

    private async Task DropAsync()
    {
        if (!await Accounts.DropSecondFactorAsync(HttpContext!.User, Input!.Password ?? ""))
        {
            _error = "This is not your password.";
            return;
        }

        _factor = await Accounts.SecondFactorAsync(HttpContext.User);
        Input = new();
    }

    public sealed class InputModel
    {
        public string? Code { get; set; }

        public string? Password { get; set; }
    }
}
