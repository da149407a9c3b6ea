namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>A request that must be refused.</summary>
/// <param name="Name">What is bad in which field; unique.</param>
/// <param name="Request">The request.</param>
/// <param name="Field">The field that must be named, or null when the request is refused as a whole.</param>
/// <param name="Status">Of the answer.</param>
internal sealed record BadInput(string Name, ApiRequest Request, string? Field, int Status);
