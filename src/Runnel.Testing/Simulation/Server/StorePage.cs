namespace Runnel.Testing.Simulation.Server;

/// <summary>A bounded piece of what a store reads.</summary>
internal static class StorePage
{
    /// <summary>Takes events of the stream that is <paramref name="streamId"/> up to <paramref name="to"/>, at most <paramref name="maxEvents"/>.</summary>
    public static List<EncodedEvent> Read(IAsyncEnumerable<EventBlock> blocks, string streamId, Seq to, int maxEvents)
    {
        var page = new List<EncodedEvent>();
        var reading = blocks.GetAsyncEnumerator();
        while (page.Count < maxEvents && Completed.Result(reading.MoveNextAsync()))
        {
            if (reading.Current.StreamId != streamId) break;   // the name has passed to another stream
            page.AddRange(reading.Current.Events.Where(encoded => encoded.Seq <= to).Take(maxEvents - page.Count));
            if (reading.Current.To >= to) break;
        }
        return page;
    }
}
