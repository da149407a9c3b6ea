using System.Globalization;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Tokens;

public sealed partial class TokenDialog
{
    private readonly FieldErrors _errors = new();
    private string? _name;
    private string? _role = nameof(Role.Operator);
    private string? _days = "90";
    private string? _secret;
    private bool _busy;

    [Inject]
    public required TokenService Tokens { get; init; }

    [CascadingParameter]
    public IMudDialogInstance Dialog { get; set; } = default!;

    private async Task CreateAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        _errors.Clear();
        try
        {
            var days = int.TryParse(_days, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            (_, _secret) = await Tokens.CreateAsync(_name ?? "", Enum.Parse<Role>(_role!), days, CancellationToken.None);
        }
        catch (InvalidInputException e)
        {
            _errors.Set(e.Errors, "name", "role", "days");
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
