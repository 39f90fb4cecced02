using Runnel.Client;
using Runnel.Client.LocalStore;
using Runnel.Client.Replica;
using Runnel.Coalescing;
using Runnel.Protocol;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>Where tests make devices wrong, to see that they are found out. By default nothing is.</summary>
internal sealed record DeviceHooks
{
    /// <summary>Makes the replicas of devices that coalesce, or do not.</summary>
    public Func<bool, ReplicaFactory> Replicate { get; init; } = coalesces => (stream, client, loaded, ids) =>
        coalesces ? new StreamReplica(stream, client, loaded, ids) : new StreamReplica(stream, client, loaded, ids) { Coalesce = static (_, _, _, edit) => new Coalesced.Append(edit.Event.Event) };

    /// <summary>What is put around each local store.</summary>
    public Func<ILocalStore, ILocalStore> AroundStore { get; init; } = store => store;

    /// <summary>What is put around what writes to it.</summary>
    public Func<ILocalWriter, ILocalWriter> AroundWriter { get; init; } = writer => writer;

    /// <summary>What a replica takes for what the server says.</summary>
    public Func<StreamReplica, ServerMessage, ServerMessage> Hear { get; init; } = (_, message) => message;

    /// <summary>How a user's device finds a place between two others.</summary>
    public Func<OrderKey, OrderKey, ClientId, OrderKey> Between { get; init; } = OrderKey.Between;

    /// <summary>What happens to a stream after each turn of its process.</summary>
    public Action<SyncedStream> AfterTurn { get; init; } = _ => { };

    /// <summary>What a client does whose store was found to be a copy.</summary>
    public Action<RunnelClient> FoundCopy { get; init; } = client => client.GiveUpId();
}
