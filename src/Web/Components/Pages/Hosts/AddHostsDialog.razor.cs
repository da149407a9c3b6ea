using ClusterPanel.Core;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Hosts;

public sealed partial class AddHostsDialog
{
    private const string Example = "master1 10.0.0.11\nmaster2 10.0.0.12\nworker1 10.0.0.21:2222 admin";
    private readonly FieldErrors _errors = new();
    private IReadOnlyList<Credential>? _credentials;
    private string? _text;
    private string? _credential;
    private bool _busy;

    [Inject]
    public required HostService Hosts { get; init; }

    [Inject]
    public required CredentialService Credentials { get; init; }

    [CascadingParameter]
    public IMudDialogInstance Dialog { get; set; } = default!;

    /// <summary>What the list begins with.</summary>
    [Parameter]
    public string? Text { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _text = Text;
        _credentials = await Credentials.ListAsync(CancellationToken.None);
        _credential = _credentials.Count == 1 ? _credentials[0].Id.ToString() : "";
    }

    private async Task AddAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        _errors.Clear();
        try
        {
            var credential = Guid.TryParse(_credential, out var id) ? id : Guid.Empty;
            var added = await Hosts.AddAsync(HostList.Parse(_text ?? ""), credential, CancellationToken.None);
            Dialog.Close(added);
        }
        catch (InvalidInputException e)
        {
            _errors.Set(e.Errors, "list", "credentialId");
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
