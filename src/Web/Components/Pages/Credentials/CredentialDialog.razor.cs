using ClusterPanel.Core;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Credentials;

public sealed partial class CredentialDialog
{
    private readonly CredentialForm _form = new();
    private readonly FieldErrors _errors = new();
    private bool _replace = true;
    private bool _busy;

    [Inject]
    public required CredentialService Credentials { get; init; }

    [CascadingParameter]
    public IMudDialogInstance Dialog { get; set; } = default!;

    /// <summary>The credential to change, or null for a new one.</summary>
    [Parameter]
    public Credential? Existing { get; set; }

    private string StoredSecrets =>
        (Existing!.Kind == CredentialKind.Password ? "password" : "private key") + (Existing.HasSudoPassword ? ", sudo password" : "");

    protected override void OnInitialized()
    {
        if (Existing is not null)
        {
            (_form.Name, _form.User, _form.Kind, _replace) = (Existing.Name, Existing.User, Existing.Kind, false);
        }
    }

    private void SetKind(string? kind)
    {
        _form.Kind = Enum.Parse<CredentialKind>(kind!);
        (_form.Password, _form.PrivateKey, _form.Passphrase) = (null, null, null);
    }

    // A secret is not shown again: what was typed must not be stored from a field that looks empty.
    private void SetReplace()
    {
        _replace = !_replace;
        SetKind(_form.Kind.ToString());
        _form.SudoPassword = null;
    }

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
            await StoreAsync();
            Dialog.Close();
        }
        catch (InvalidInputException e)
        {
            _errors.Set(e.Errors, "name", "user", "password", "privateKey", "passphrase", "sudoPassword");
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

    private Task StoreAsync()
    {
        var secrets = _replace ? _form.Secrets() : null;
        if (Existing is null)
        {
            return Credentials.AddAsync(_form.Name, _form.User, _form.Kind, secrets!, CancellationToken.None);
        }

        // A copy: what the list shows stays as it is when this is refused.
        var changed = new Credential
        {
            Id = Existing.Id,
            Name = _form.Name.Trim(),
            User = _form.User.Trim(),
            Kind = _form.Kind,
            HasSudoPassword = Existing.HasSudoPassword,
            ChangedAt = Existing.ChangedAt,
            Version = Existing.Version,
        };
        return Credentials.UpdateAsync(changed, secrets, CancellationToken.None);
    }
}
