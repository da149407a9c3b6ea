using ClusterPanel.Core.Access;

namespace ClusterPanel.Web.Components.Controls;

/// <summary>The roles that may work with hosts and clusters, as pages and AuthorizeView want them.</summary>
internal static class OperatorRoles
{
    public const string Names = $"{nameof(Role.Operator)},{nameof(Role.Administrator)}";
}
