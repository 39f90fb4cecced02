using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>
/// Numbers reused after a failed commit: takes "failed" for "not written", opens the disk anew and gives the next events the numbers
/// of those that failed, whatever it finds there.
/// </summary>
internal sealed class ReusesNumbers(SimulatedDisk disk) : StoreDecorator(new InMemoryStreamStore(disk))
{
    private readonly Dictionary<StreamName, Belief> _beliefs = [];

    public override async ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken)
    {
        try
        {
            var shifts = new List<long>();
            foreach (var append in group) shifts.Add(await ShiftAsync(append, cancellationToken).ConfigureAwait(false));
            var results = await base.CommitAsync([.. group.Select((append, i) => Shift(append, shifts[i]))], cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < group.Count; i++)
            {
                if (results[i] is AppendResult.Appended) Believe(group[i]);
            }
            return results;
        }
        catch (StreamStoreException)
        {
            if (await IsAliveAsync().ConfigureAwait(false)) await ReopenAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken)
    {
        if (await base.LoadAsync(stream, cancellationToken) is not { } state) return null;
        if (!_beliefs.TryGetValue(stream, out var belief)) _beliefs.Add(stream, belief = new Belief(state.Header.Head, state.Clients));
        return state with { Header = state.Header with { Head = belief.Head }, Clients = new Dictionary<ClientId, ClientState>(belief.Clients) };
    }

    private async ValueTask<long> ShiftAsync(StreamAppend append, CancellationToken cancellationToken) =>
        _beliefs.TryGetValue(append.Stream, out var belief) && await base.LoadAsync(append.Stream, cancellationToken).ConfigureAwait(false) is { } state
            ? state.Header.Head - belief.Head
            : 0;

    private static StreamAppend Shift(StreamAppend append, long shift) => append with
    {
        ExpectedHead = append.ExpectedHead + shift,
        Events = [.. append.Events.Select(encoded => encoded with { Seq = encoded.Seq + shift })],
    };

    private void Believe(StreamAppend append)
    {
        var clients = _beliefs.TryGetValue(append.Stream, out var belief) ? new Dictionary<ClientId, ClientState>(belief.Clients) : [];
        foreach (var run in append.Runs) clients[run.Client] = run.After;
        _beliefs[append.Stream] = new Belief(append.ExpectedHead + append.Events.Count, clients);
    }

    /// <summary>Whether the process has not ended: then there is nobody to go on wrongly.</summary>
    private async ValueTask<bool> IsAliveAsync()
    {
        try
        {
            await Inner.ListAsync("", "", 1, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (StreamStoreException)
        {
            return false;
        }
    }

    private async ValueTask ReopenAsync()
    {
        await Inner.DisposeAsync().ConfigureAwait(false);
        Inner = new InMemoryStreamStore(disk);
    }

    private sealed record Belief(Seq Head, IReadOnlyDictionary<ClientId, ClientState> Clients);
}
