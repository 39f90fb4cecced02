using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>A bounded piece of what a store reads.</summary>
internal static class EventPage
{
    /// <summary>
    /// Takes events up to <paramref name="to"/>, until there are <paramref name="maxEvents"/> or one reaches <paramref name="maxBytes"/>;
    /// none of another stream, to which the name may belong by now.
    /// </summary>
    public static async ValueTask<List<EncodedEvent>> ReadAsync(IAsyncEnumerable<EventBlock> blocks, string streamId, Seq to, int maxEvents, int maxBytes)
    {
        var page = new List<EncodedEvent>();
        var bytes = 0;
        await foreach (var block in blocks.ConfigureAwait(false))
        {
            if (block.StreamId != streamId) return page;
            foreach (var encoded in block.Events)
            {
                if (encoded.Seq > to) return page;
                page.Add(encoded);
                bytes += encoded.Json.Length;
                if (page.Count >= maxEvents || bytes >= maxBytes) return page;
            }
        }
        return page;
    }
}
