using Runnel.Client.Connection;
using Runnel.Client.LocalStore;
using Runnel.Client.Replica;

namespace Runnel.Client;

/// <summary>What drives a client: the asynchronous parts around what it decides.</summary>
/// <param name="Connect">Makes what keeps the client's connection.</param>
/// <param name="Write">Makes what writes to the store, and tells of each failure, and of <c>null</c> once it is over.</param>
internal sealed record ClientShells(Func<RunnelClient, IConnector> Connect, Func<ILocalStore, Action<Exception?>, ILocalWriter> Write)
{
    /// <summary>Makes the replicas; tests put wrong ones there, to see that they are found out.</summary>
    public ReplicaFactory Replicate { get; init; } = static (stream, client, loaded, ids) => new StreamReplica(stream, client, loaded, ids);
}

/// <summary>Makes a replica of what a store has kept.</summary>
internal delegate StreamReplica ReplicaFactory(StreamName stream, ClientId client, LoadedStream loaded, IdSource ids);
