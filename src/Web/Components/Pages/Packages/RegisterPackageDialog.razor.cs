using ClusterPanel.Core;
using ClusterPanel.Core.Packages;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Packages;

public sealed partial class RegisterPackageDialog : IDisposable
{
    private readonly FieldErrors _errors = new();
    private readonly CancellationTokenSource _gone = new();
    private string? _path;
    private bool _busy;

    [Inject]
    public required PackageService Packages { get; init; }

    [CascadingParameter]
    public IMudDialogInstance Dialog { get; set; } = default!;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private void Cancel() => Dialog.Cancel();

    private async Task RegisterAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        _errors.Clear();
        var token = _gone.Token;
        try
        {
            // Hashing and unpacking keep a processor busy: not on the circuit's own thread.
            await Task.Run(() => Packages.RegisterAsync(_path ?? "", token), token);
            Dialog.Close();
        }
        catch (InvalidInputException e)
        {
            _errors.Set(e.Errors, "path");
        }
        catch (RefusedException e)
        {
            _errors.SetGeneral(e.Message);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The dialog was closed.
        }
        finally
        {
            _busy = false;
        }
    }
}
