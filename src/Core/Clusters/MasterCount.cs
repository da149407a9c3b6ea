using System.Globalization;

namespace ClusterPanel.Core.Clusters;

/// <summary>What a number of masters means for a cluster: etcd goes on while more than half of its members do (etcd's FAQ, "What is failure tolerance?").</summary>
public static class MasterCount
{
    /// <summary>What an operator should know of that number, or null when it is a good one.</summary>
    public static string? Advice(int masters) => masters switch
    {
        1 => "One master: the cluster's API is away whenever that machine is. Three masters survive the loss of one, five the loss of two.",
        2 => "Two masters survive the loss of none, because etcd needs both: one more is better.",
        > 0 when masters % 2 == 0 => string.Create(CultureInfo.InvariantCulture, $"{masters} masters survive the loss of no more machines than {masters - 1}: an odd number is better."),
        _ => null,
    };
}
