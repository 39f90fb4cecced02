using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Runnel.Server;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.AspNetCore.Reading;

/// <summary>Reads runs of events from the store, always of the one stream that was found under the name. Safe for use by many threads.</summary>
internal sealed class EventReader(StreamHomes homes, IOptions<RunnelServerOptions> options)
{
    // A name changes hands only by a delete and a creation; a reader who meets that over and over is told so.
    private const int MaxAttempts = 3;

    /// <summary>The most events in a page.</summary>
    public int MaxPageEvents => options.Value.MaxPageEvents;

    /// <summary>What the stream is; <c>null</c> if there is none.</summary>
    public ValueTask<StreamHeader?> FindAsync(StreamName stream, CancellationToken cancellationToken) => homes.FindAsync(stream, cancellationToken);

    /// <summary>Reads as much of <paramref name="wanted"/> as fits into a page; <c>null</c> if there is no such stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="wanted">Says, from the stream as it is, which ranges to read, all of them up to its head.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="StreamStoreException">The events cannot be read.</exception>
    public async ValueTask<EventPage?> ReadPageAsync(
        StreamName stream, Func<StreamHeader, IReadOnlyList<SeqRange>> wanted, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await FindAsync(stream, cancellationToken).ConfigureAwait(false) is not { } header) return null;
            var ranges = wanted(header);
            var page = await FillAsync(header, ranges, cancellationToken).ConfigureAwait(false);
            if (await IsStillAsync(header, cancellationToken).ConfigureAwait(false)) return page ?? throw Lost(header, ranges);
        }
        throw new StreamStoreException(StoreFault.Failed, $"{stream} is deleted and made anew too often to be read.") { Stream = stream };
    }

    /// <summary>
    /// Reads <paramref name="range"/>, which the head has reached, in order. Ends early only where the stream has gone meanwhile, so
    /// the caller looks whether it got all and, with <see cref="IsStillAsync"/>, of whom.
    /// </summary>
    /// <exception cref="StreamStoreException">The events cannot be read.</exception>
    public async IAsyncEnumerable<EncodedEvent> ReadAsync(StreamHeader header, SeqRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in homes.Store.ReadAsync(header.Name, new Seq(range.From.Value - 1), cancellationToken).ConfigureAwait(false))
        {
            foreach (var stored in block.Events)
            {
                if (stored.Seq > range.To) yield break;
                yield return stored;
            }
            if (block.To >= range.To) yield break;
        }
    }

    /// <summary>Whether the name still belongs to the stream of <paramref name="header"/>, so that what was read under it is of that stream.</summary>
    public async ValueTask<bool> IsStillAsync(StreamHeader header, CancellationToken cancellationToken) =>
        (await FindAsync(header.Name, cancellationToken).ConfigureAwait(false))?.Id == header.Id;

    private async ValueTask<EventPage?> FillAsync(StreamHeader header, IReadOnlyList<SeqRange> ranges, CancellationToken cancellationToken)
    {
        var room = new PageRoom(options.Value);
        var events = new List<EncodedEvent>();
        var covered = new List<SeqRange>(ranges.Count);
        foreach (var range in ranges)
        {
            var next = range.From;
            await foreach (var stored in ReadAsync(header, range, cancellationToken).ConfigureAwait(false))
            {
                events.Add(stored);
                next = stored.Seq.Next;
                if (!room.Take(stored)) break;
            }
            var isWhole = next > range.To || room.IsFull;
            if (!isWhole || next == range.From) return null;
            covered.Add(new SeqRange(range.From, new Seq(next.Value - 1)));
            if (room.IsFull) break;
        }
        return new EventPage(header, covered, events);
    }

    private static StreamStoreException Lost(StreamHeader header, IReadOnlyList<SeqRange> ranges) =>
        new(StoreFault.Damaged, $"The store does not give all of {string.Join(", ", ranges)} of {header.Name}, whose head is {header.Head}.") { Stream = header.Name };

    /// <summary>What still fits into a page.</summary>
    private sealed class PageRoom(RunnelServerOptions options)
    {
        private int _events = options.MaxPageEvents;
        private int _bytes = options.MaxPageBytes;

        public bool IsFull => _events <= 0 || _bytes <= 0;

        /// <summary>Takes an event in; false if it is the last that fits.</summary>
        public bool Take(EncodedEvent stored)
        {
            _events--;
            _bytes -= stored.Json.Length;
            return !IsFull;
        }
    }
}
