using Runnel.Server.Stores;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>Deduplication lost at restart: what is known of clients lives in the process only.</summary>
internal sealed class ForgetsClientsAtRestart(IStreamStore inner) : StoreDecorator(inner)
{
    private readonly HashSet<StreamName> _loaded = [];

    public override async ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken)
    {
        var state = await base.LoadAsync(stream, cancellationToken);
        return state is not null && _loaded.Add(stream) ? state with { Clients = [] } : state;
    }
}
