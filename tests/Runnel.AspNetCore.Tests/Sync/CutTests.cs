namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>A connection may break at any byte. What was said whole counts, what was not does not, and nobody else notices.</summary>
public class CutTests
{
    // Beside each other, so that the cuts also meet each other.
    private const int AtOnce = 16;

    [Fact]
    public async Task A_session_that_breaks_at_any_byte_stores_whole_batches_only()
    {
        await using var server = await SyncServer.StartAsync();
        await using var witness = await server.ConnectAsync("witness");
        await witness.SendAsync("""{"type":"subscribe","stream":"witness","after":0,"create":{}}""");
        var length = new Session(server.Address, "cut-0000").Bytes.Length;

        await Parallel.ForAsync(0, length + 1, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (at, _) =>
        {
            await using var socket = await RawSocket.ConnectAsync(server.Address);
            await socket.SendAsync(new Session(server.Address, $"cut-{at:D4}").Bytes.AsMemory(0, at));
            socket.FinishSending();
            await socket.ReadToEndAsync();
        });
        await AssertUndisturbedAsync(witness);

        await server.StopAsync();   // which finishes what was accepted
        AssertWholeBatches(server, Enumerable.Range(0, length + 1));
    }

    [Fact]
    public async Task A_session_that_is_torn_off_stores_whole_batches_only()
    {
        await using var server = await SyncServer.StartAsync();
        await using var witness = await server.ConnectAsync("witness");
        await witness.SendAsync("""{"type":"subscribe","stream":"witness","after":0,"create":{}}""");
        var length = new Session(server.Address, "cut-0000").Bytes.Length;

        await Parallel.ForAsync(0, length / 5, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            await using var socket = await RawSocket.ConnectAsync(server.Address);
            await socket.SendAsync(new Session(server.Address, $"cut-{i * 5:D4}").Bytes.AsMemory(0, i * 5));
            socket.Tear();
        });
        await AssertUndisturbedAsync(witness);

        await server.StopAsync();
        AssertWholeBatches(server, Enumerable.Range(0, length / 5).Select(i => i * 5));
    }

    /// <summary>What a connection that has ended had still in its queue is dropped, so fewer batches than were sent may be stored, but none in part.</summary>
    private static void AssertWholeBatches(SyncServer server, IEnumerable<int> cuts) => Assert.All(cuts, at =>
    {
        var stored = StoredEvents(server, $"cut-{at:D4}");
        Assert.Equal(0, stored % Session.BatchEvents);
        Assert.InRange(stored, 0, new Session(server.Address, $"cut-{at:D4}").EventsUpTo(at));
    });

    private static int StoredEvents(SyncServer server, string stream) =>
        server.Disk.SyncedCommits.SelectMany(group => group).Where(append => append.Stream.Value == stream).Sum(append => append.Events.Count);

    private static async Task AssertUndisturbedAsync(SyncClient witness)
    {
        await witness.SendAsync(SyncEndpointTests.Publish(1, 1, "witness"));
        await witness.ReceiveAsync("subscribed");
        await witness.ReceiveAsync("published");
        Assert.Equal([1], await witness.ReceiveEventsAsync("witness", 1));
    }

    /// <summary>The bytes of a whole session, from the handshake to the goodbye, with two batches in it.</summary>
    private sealed class Session
    {
        public const int BatchEvents = 3;

        private readonly List<int> _batchEnds = [];

        public Session(Uri server, string stream)
        {
            var bytes = new List<byte>(RawSocket.Handshake(server));
            Say("""{"type":"hello","client":"ada","session":1}""");
            Say($$$"""{"type":"subscribe","stream":"{{{stream}}}","after":0,"create":{}}""");
            Publish(1);
            Say($$"""{"type":"fetch","ref":2,"stream":"{{stream}}","ranges":[[1,2]]}""");
            Say($$$"""{"type":"signal","stream":"{{{stream}}}","data":{"typing":true}}""");
            Publish(BatchEvents + 1);
            Say($$"""{"type":"unsubscribe","stream":"{{stream}}"}""");
            bytes.AddRange(RawSocket.Frame(RawSocket.Close, [3, 232]));
            Bytes = [.. bytes];

            void Say(string message) => bytes.AddRange(RawSocket.Frame(RawSocket.Text, message));

            void Publish(int first)
            {
                var events = Enumerable.Range(first, BatchEvents).Select(clientSeq => $$"""{"clientSeq":{{clientSeq}},"precedingSeq":0,"op":"delete","collection":"task","id":"milk"}""");
                Say($$"""{"type":"publish","ref":{{first}},"stream":"{{stream}}","nonce":"{{first}}","events":[{{string.Join(',', events)}}]}""");
                _batchEnds.Add(bytes.Count);
            }
        }

        public byte[] Bytes { get; }

        /// <summary>How many events are published by the first <paramref name="count"/> bytes.</summary>
        public int EventsUpTo(int count) => BatchEvents * _batchEnds.Count(end => end <= count);
    }
}
