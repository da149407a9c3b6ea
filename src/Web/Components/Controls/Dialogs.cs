using MudBlazor;

namespace ClusterPanel.Web.Components.Controls;

/// <summary>Dialogs that several pages open.</summary>
internal static class Dialogs
{
    public static readonly DialogOptions Wide = new() { MaxWidth = MaxWidth.Large, FullWidth = true };

    /// <summary>Asks, does it, and tells whether it was done.</summary>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, string title, string action, Func<Task> @do, string? name, params string[] lines)
    {
        var parameters = new DialogParameters<ConfirmDialog>
        {
            { d => d.Lines, lines },
            { d => d.Action, action },
            { d => d.Name, name },
            { d => d.Do, @do },
        };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(title, parameters);
        return await dialog.Result is { Canceled: false };
    }
}
