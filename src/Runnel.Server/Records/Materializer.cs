using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Server.Records;

/// <summary>
/// Answers for the records of streams as of any seq. Keeps the records of the streams asked for last and brings them up to date
/// from there; a state before what is kept is built from the stream's beginning. Safe for use by many threads.
/// </summary>
public sealed class Materializer : IDisposable
{
    private readonly StreamHomes _homes;
    private readonly RecentRecords _recent;
    private readonly SemaphoreSlim _replays;

    /// <summary>Makes a materializer over <paramref name="homes"/>.</summary>
    /// <param name="homes">Where the streams are.</param>
    /// <param name="maxStreams">The most streams whose records are kept in memory between questions.</param>
    /// <param name="maxReplays">The most states built from a stream's beginning at the same time; further questions wait.</param>
    public Materializer(StreamHomes homes, int maxStreams, int maxReplays)
    {
        _homes = homes;
        _recent = new RecentRecords(maxStreams);
        _replays = new SemaphoreSlim(maxReplays);
    }

    /// <summary>
    /// The state of the stream that <paramref name="header"/> names as of <paramref name="at"/>, which its head has reached;
    /// <c>null</c> if that stream is gone by now.
    /// </summary>
    /// <exception cref="StreamStoreException">The stream cannot be read that far.</exception>
    public async ValueTask<MaterializedState?> ReadAsync(StreamHeader header, Seq at, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, header.Head);
        var entry = _recent.Take(header.Id);
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (entry.FindState(header.Settings, at) is { } state) return state;
            var kept = entry.FindRecords(header.Settings, at);
            // A look at the past does not push out what is kept of the present.
            if (kept is not null || at == header.Head) return await AdvanceAsync(entry, kept, header, at, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            entry.Gate.Release();
        }
        return await ReplayAsync(header, at, cancellationToken).ConfigureAwait(false) is { } records ? ToState(records) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _replays.Dispose();

    private async ValueTask<MaterializedState?> AdvanceAsync(
        RecentRecords.Entry entry, RecordSet? kept, StreamHeader header, Seq at, CancellationToken cancellationToken)
    {
        // Until the read is known to be whole and of this very stream, nothing of it may stay.
        entry.Clear();
        var isThere = kept is not null && await ApplyAsync(kept, header, at, cancellationToken).ConfigureAwait(false);
        var records = isThere ? kept : await ReplayAsync(header, at, cancellationToken).ConfigureAwait(false);
        if (records is null) return null;
        var state = ToState(records);
        entry.Keep(records, state);
        return state;
    }

    private async ValueTask<RecordSet?> ReplayAsync(StreamHeader header, Seq at, CancellationToken cancellationToken)
    {
        await _replays.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var records = new RecordSet(header.Settings);
            return await ApplyAsync(records, header, at, cancellationToken).ConfigureAwait(false) ? records : null;
        }
        finally
        {
            _replays.Release();
        }
    }

    /// <summary>Applies the events up to <paramref name="at"/>; false if they may be those of another stream of the same name.</summary>
    private async ValueTask<bool> ApplyAsync(RecordSet records, StreamHeader header, Seq at, CancellationToken cancellationToken)
    {
        if (records.Head == at) return true;
        await foreach (var block in _homes.Store.ReadAsync(header.Name, records.Head, cancellationToken).ConfigureAwait(false))
        {
            foreach (var stored in block.Events)
            {
                if (stored.Seq > at) break;
                records.Apply(EventCodec.ParseStored(stored.Json.Span));
            }
            if (block.To >= at) break;
        }
        var now = await _homes.FindAsync(header.Name, cancellationToken).ConfigureAwait(false);
        return now?.Id == header.Id && records.Head == at;
    }

    private static MaterializedState ToState(RecordSet records) =>
        new(records.Head, records.Hash(), records.MergeHash(), [.. records.Visible()]);
}
