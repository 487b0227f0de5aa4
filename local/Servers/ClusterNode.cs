namespace FlashSale.Local.Servers;

/// <summary>A node of a Redis Cluster.</summary>
/// <param name="Id">The name that the nodes have for each other.</param>
public sealed record ClusterNode(string Id, int Port);
