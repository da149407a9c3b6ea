using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Preflight;

/// <summary>A host to be judged, with what it is judged for.</summary>
/// <param name="Host">The host.</param>
/// <param name="Facts">Its fresh facts.</param>
/// <param name="Role">What it is to be.</param>
/// <param name="Package">What is to be installed.</param>
/// <param name="Request">The wish it is part of.</param>
/// <param name="Others">The other hosts of the wish, as far as anything is known of them.</param>
public sealed record PreflightSubject(Host Host, HostFacts Facts, NodeRole Role, OfflinePackage Package, ClusterRequest Request, IReadOnlyList<Host> Others);
