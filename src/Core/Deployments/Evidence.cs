namespace ClusterPanel.Core.Deployments;

/// <summary>Something collected beside a failure.</summary>
/// <param name="Title">What it is: "journal of kubelet".</param>
/// <param name="Text">Its text, redacted and cut to a bounded length.</param>
public sealed record Evidence(string Title, string Text);
