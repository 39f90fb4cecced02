using Runnel.Client.LocalStore;
using Runnel.Client.Outbox;
using Runnel.Records;

namespace Runnel.Client.Replica;

/// <summary>What a local store has kept of a stream.</summary>
internal sealed record LoadedStream(StreamState State, RecordSet Records, IReadOnlyList<PendingEvent> Outbox, IReadOnlyList<KeptConflict> Conflicts)
{
    /// <summary>The number of the last conflict that was ever listed and is still kept; 0 if none is.</summary>
    public long LastConflict => Conflicts.Count == 0 ? 0 : Conflicts[^1].Id;

    /// <summary>A stream of which nothing is kept.</summary>
    public static LoadedStream Empty(StreamSettings settings) => new(StreamState.New(settings), new RecordSet(settings), [], []);

    /// <summary>Reads everything that <paramref name="store"/> has kept of the stream whose row is <paramref name="row"/>.</summary>
    /// <exception cref="LocalStoreException">A row cannot be read.</exception>
    public static async ValueTask<LoadedStream> ReadAsync(ILocalStore store, LocalRow row, CancellationToken cancellationToken)
    {
        try
        {
            var state = StreamState.Read(row.Value.Span);
            var documents = new List<ReadOnlyMemory<byte>>();
            await foreach (var record in store.ReadAsync(LocalKind.Record, row.Name, cancellationToken).ConfigureAwait(false)) documents.Add(record.Value);
            var outbox = new List<PendingEvent>();
            await foreach (var pending in store.ReadAsync(LocalKind.Pending, row.Name, cancellationToken).ConfigureAwait(false))
            {
                outbox.Add(PendingEventCodec.Read(NumberOf(pending), pending.Value.Span));
            }
            var conflicts = new List<KeptConflict>();
            await foreach (var conflict in store.ReadAsync(LocalKind.Conflict, row.Name, cancellationToken).ConfigureAwait(false))
            {
                conflicts.Add(ConflictCodec.Read(NumberOf(conflict), conflict.Value.Span));
            }
            return new LoadedStream(state, RecordSet.Assemble(state.Settings, state.Head, documents), outbox, conflicts);
        }
        catch (FormatException exception)
        {
            throw new LocalStoreException($"What the local store has kept of {row.Name} cannot be read: {exception.Message}", exception);
        }
    }

    private static long NumberOf(LocalRow row) => long.Parse(row.Name, System.Globalization.CultureInfo.InvariantCulture);
}
