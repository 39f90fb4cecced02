using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Simulation;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>Commits the first event of a batch, then the rest.</summary>
internal sealed class SplitsBatches(IStreamStore inner) : StoreDecorator(inner)
{
    public override async ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken)
    {
        if (!group.Any(append => append.Events.Count > 1)) return await base.CommitAsync(group, cancellationToken);
        await base.CommitAsync([.. group.Select(append => append.Events.Count > 1 ? append with { Events = [append.Events[0]], Runs = [] } : append)], cancellationToken);
        var results = await base.CommitAsync(
            [.. group.Where(append => append.Events.Count > 1).Select(append => append with { ExpectedHead = append.ExpectedHead.Next, Header = null, Events = [.. append.Events.Skip(1)] })], cancellationToken);
        var left = new Queue<AppendResult>(results);
        return [.. group.Select(append => append.Events.Count > 1 ? left.Dequeue() : new AppendResult.Appended(append.ExpectedHead + append.Events.Count))];
    }
}

/// <summary>Loses the nonces of clients when it is read.</summary>
internal sealed class ForgetsNonces(IStreamStore inner) : StoreDecorator(inner)
{
    public override async ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken)
    {
        var state = await base.LoadAsync(stream, cancellationToken);
        return state is null ? null : state with { Clients = state.Clients.ToDictionary(known => known.Key, known => known.Value with { Nonce = null }) };
    }
}

/// <summary>Reads from one event too far on.</summary>
internal sealed class ReadsOneTooLate(IStreamStore inner) : StoreDecorator(inner)
{
    public override IAsyncEnumerable<EventBlock> ReadAsync(StreamName stream, Seq after, CancellationToken cancellationToken) => base.ReadAsync(stream, after.Next, cancellationToken);
}

/// <summary>Reads events as if their authors had seen nothing.</summary>
internal sealed partial class ReadsOtherwise(IStreamStore inner) : StoreDecorator(inner)
{
    public override async IAsyncEnumerable<EventBlock> ReadAsync(StreamName stream, Seq after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in base.ReadAsync(stream, after, cancellationToken))
        {
            yield return block with { Events = [.. block.Events.Select(encoded => encoded with { Json = Encoding.UTF8.GetBytes(PrecedingSeq().Replace(Encoding.UTF8.GetString(encoded.Json.Span), "\"precedingSeq\":0")) })] };
        }
    }

    [GeneratedRegex("\"precedingSeq\":[0-9]+")]
    private static partial Regex PrecedingSeq();
}

/// <summary>Lets every session publish, as if there were none above it.</summary>
internal sealed class ForgivesSessions(ISimulatedHome inner) : ISimulatedHome
{
    private readonly Dictionary<ClientId, long> _latest = [];

    public StreamHeader? DurableHeader => inner.DurableHeader;

    public void Handle(HomeInput input, List<HomeOutput> outputs)
    {
        if (input is HomeRequest.Open open) _latest[open.Client] = Math.Max(open.Session, _latest.GetValueOrDefault(open.Client));
        if (input is HomeRequest.Publish publish)
        {
            var session = _latest[publish.Request.Client] = Math.Max(publish.Request.Session, _latest.GetValueOrDefault(publish.Request.Client));
            input = publish with { Request = publish.Request with { Session = session } };
        }
        inner.Handle(input, outputs);
    }
}
