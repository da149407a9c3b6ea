using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Controls;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Hosts;

/// <summary>The dialogs a host goes through before it can be used, for the pages that open them.</summary>
internal static class HostDialogs
{
    /// <summary>Adds hosts to the inventory and leads on to the approval of their keys.</summary>
    /// <param name="dialogs">The page's dialogs.</param>
    /// <param name="text">What the list of hosts begins with, or null.</param>
    /// <param name="added">Called when they are in the inventory, before their keys are approved.</param>
    public static async Task AddHostsAsync(this IDialogService dialogs, string? text, Func<Task> added)
    {
        var parameters = new DialogParameters<AddHostsDialog> { { d => d.Text, text } };
        var dialog = await dialogs.ShowAsync<AddHostsDialog>("Add hosts", parameters, new DialogOptions { MaxWidth = MaxWidth.Medium, FullWidth = true });
        if (await dialog.Result is { Canceled: false, Data: IReadOnlyList<Host> hosts })
        {
            await added();
            await dialogs.ApproveKeysAsync(hosts);
        }
    }

    /// <summary>Shows host keys for approval.</summary>
    public static async Task ApproveKeysAsync(this IDialogService dialogs, IReadOnlyList<Host> hosts)
    {
        var parameters = new DialogParameters<ApproveKeysDialog> { { d => d.Hosts, hosts } };
        var dialog = await dialogs.ShowAsync<ApproveKeysDialog>("Approve host keys", parameters, Dialogs.Wide);
        await dialog.Result;
    }
}
