using ClusterPanel.Core.Access;
using ClusterPanel.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Components.Account;

public sealed partial class OpenIdConnectButton
{
    private AuthenticationScheme? _scheme;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery]
    public string? Refused { get; set; }

    private string Provider => _scheme!.DisplayName!;

    // Sentences are chosen, never taken from the address: anybody can write that.
    private string? Reason => Enum.TryParse<ExternalSignInOutcome>(Refused, out var outcome)
        ? outcome switch
        {
            ExternalSignInOutcome.Failed => $"{Provider} did not answer, did not let you in, or its answer was not right: try again. The panel's log says more.",
            ExternalSignInOutcome.NoRole => $"{Provider} gives you no role in this panel: ask its administrator for one.",
            ExternalSignInOutcome.NameTaken => "Another account of this panel has your user name, and stays as it is: ask an administrator of the panel.",
            ExternalSignInOutcome.NameUnusable => $"{Provider} does not tell a user name that the panel can use: only letters without accents, digits and -._@+ are possible.",
            ExternalSignInOutcome.Blocked => "Your account is blocked: ask an administrator of the panel.",
            _ => null,
        }
        : null;

    protected override async Task OnInitializedAsync() => _scheme = await Schemes.GetSchemeAsync(OpenIdConnectSignIn.Scheme);
}
