using System.Buffers;
using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Server.Sync;

/// <summary>The answer to a fetch, sent frame by frame as the socket can take it: the ranges in their order, each covered exactly.</summary>
internal sealed class FetchAnswer(
    ClientMessage.Fetch fetch, string streamId, IStreamHomes homes, Outgoing outgoing, SyncOptions options, Action done) : IDue
{
    private int _range;
    private Seq _after = new(fetch.Ranges[0].From.Value - 1);

    public async ValueTask<bool> WriteAsync(ISyncSink sink, CancellationToken cancellationToken)
    {
        var range = fetch.Ranges[_range];
        try
        {
            var blocks = homes.Store.ReadAsync(fetch.Stream, _after, cancellationToken);
            var page = await EventPage.ReadAsync(blocks, streamId, range.To, options.MaxFrameEvents, options.MaxFrameBytes).ConfigureAwait(false);
            if (page.Count == 0)
            {
                Refuse(await WhyNothingAsync(cancellationToken).ConfigureAwait(false));
                return false;
            }
            var isLast = page[^1].Seq == range.To && _range == fetch.Ranges.Count - 1;
            var buffer = new ArrayBufferWriter<byte>();
            EventFrame.WriteFetched(buffer, fetch.Ref, fetch.Stream, _after.Next, page[^1].Seq, page.Select(encoded => encoded.Json), isLast);
            await sink.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
            if (!isLast) Advance(page[^1].Seq, range);
            else done();
            return !isLast;
        }
        catch (StreamStoreException exception)
        {
            Refuse(StoreRefusal.Of(exception));
            return false;
        }
    }

    private void Refuse(Refusal refusal)
    {
        outgoing.Answer(new ServerMessage.Error(fetch.Ref, fetch.Stream.Value, refusal.Code.Name, refusal.Message, refusal.Code.IsRetryable));
        done();
    }

    /// <summary>The head had reached what was asked for, so that it is not there says that the stream went meanwhile, or is damaged.</summary>
    private async ValueTask<Refusal> WhyNothingAsync(CancellationToken cancellationToken)
    {
        var header = await homes.FindAsync(fetch.Stream, cancellationToken).ConfigureAwait(false);
        if (header?.Id != streamId) return new Refusal(ErrorCode.Gone, $"The stream {fetch.Stream} was deleted.");
        throw new StreamStoreException(StoreFault.Damaged, $"Event {_after.Next} of {fetch.Stream} cannot be found.") { Stream = fetch.Stream };
    }

    private void Advance(Seq sent, SeqRange range)
    {
        _after = sent;
        if (sent == range.To) _after = new Seq(fetch.Ranges[++_range].From.Value - 1);
    }
}
