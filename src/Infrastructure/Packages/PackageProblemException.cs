namespace ClusterPanel.Infrastructure.Packages;

/// <summary>The archive is not a package we can use; the message is a sentence about it without its name.</summary>
internal sealed class PackageProblemException(string message) : Exception(message);
