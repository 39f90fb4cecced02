namespace Runnel.Testing.Stores;

public abstract partial class StreamStoreSpecification
{
    [Fact]
    public async Task A_read_begins_just_past_any_seq()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(1));
        foreach (var size in new[] { 1, 7, 2, 64, 1 }) await TakeAsync(todo, todo.Append(size));

        for (var after = 0; after <= todo.Head.Value + 2; after++)
        {
            SampleStream.AssertSame([.. todo.Events.Skip(after)], await SampleStream.ReadAllAsync(Store, todo.Name, new Seq(after), Cancellation));
        }
    }

    [Fact]
    public async Task Every_block_says_whose_events_it_holds()
    {
        var (first, second) = (new SampleStream("todo"), new SampleStream("todo", incarnation: 2));
        await TakeAsync(first, first.Create(3));
        await foreach (var block in Store.ReadAsync(first.Name, Seq.None, Cancellation)) Assert.Equal(first.Id, block.StreamId);
        await CommitAsync(first.Delete());
        await TakeAsync(second, second.Create(3));

        await foreach (var block in Store.ReadAsync(first.Name, Seq.None, Cancellation)) Assert.Equal(second.Id, block.StreamId);
    }

    [Fact]
    public async Task A_read_ends_at_the_head_as_it_stood_when_it_began()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(2));
        await TakeAsync(todo, todo.Append(2));
        var before = todo.Events.ToArray();
        var read = new List<EncodedEvent>();

        await foreach (var block in Store.ReadAsync(todo.Name, Seq.None, Cancellation))
        {
            read.AddRange(block.Events);
            await TakeAsync(todo, todo.Append(1));
        }

        SampleStream.AssertSame(before, read);
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_read_during_a_delete_stays_with_the_stream_it_began_with()
    {
        var (first, second) = (new SampleStream("todo"), new SampleStream("todo", incarnation: 2));
        await TakeAsync(first, first.Create(1, null));
        for (var i = 0; i < 8; i++) await TakeAsync(first, first.Append(1, padding: 60_000));
        var read = new List<EncodedEvent>();

        await foreach (var block in Store.ReadAsync(first.Name, Seq.None, Cancellation))
        {
            if (read.Count == 0)
            {
                await CommitAsync(first.Delete());
                await TakeAsync(second, second.Create(20));
            }
            read.AddRange(block.Events);
        }

        SampleStream.AssertSame([.. first.Events.Take(read.Count)], read);
    }

    [Fact]
    public async Task Readers_beside_a_committer_see_growing_gapless_prefixes()
    {
        var (todo, other) = (new SampleStream("todo"), new SampleStream("other"));
        await TakeAsync(todo, todo.Create(1));
        await TakeAsync(other, other.Create(1));
        var planned = new SampleStream("todo");
        planned.Take(planned.Create(1));
        var appends = Enumerable.Range(1, 200).Select(i => planned.Take(planned.Append(i % 7 + 1))).ToArray();
        var expected = planned.Events;
        using var done = new CancellationTokenSource();
        var store = Store;

        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadWhileAsync(store, planned, expected, done.Token), Cancellation)).ToArray();
        foreach (var append in appends) await CommitAsync(append, other.Take(other.Append(1)));
        await done.CancelAsync();
        var reads = await Task.WhenAll(readers);

        Assert.All(reads, count => Assert.True(count > 0));
        await planned.AssertHeldByAsync(Store, Cancellation);
        await other.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_read_stops_when_it_is_cancelled()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SampleStream.ReadAllAsync(Store, todo.Name, Seq.None, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Streams_are_listed_by_prefix_in_the_order_of_their_bytes()
    {
        string[] names = ["b", "a:2", "Z", "a:10", "a", "a~", "a.b", "_x", "a:1"];
        foreach (var name in names) await CommitAsync(new SampleStream(name).Create(1));

        Assert.Equal(names.Order(StringComparer.Ordinal), await ListAsync("", "", 100));
        Assert.Equal(["a:1", "a:10", "a:2"], await ListAsync("a:", "", 100));
        Assert.Equal(["a:10", "a:2"], await ListAsync("a:", "a:1", 100));
        Assert.Equal(["a:1", "a:10"], await ListAsync("a:", "", 2));
        Assert.Equal(["a~", "b"], await ListAsync("", "a:2", 100));
        Assert.Equal(["_x", "a"], await ListAsync("", "Z", 2));
        Assert.Equal(["b"], await ListAsync("", "a~~", 100));
        Assert.Empty(await ListAsync("a:", "a:2", 100));
        Assert.Empty(await ListAsync("nothing", "", 100));
        Assert.Empty(await ListAsync("", "\U0001F600", 100));
        Assert.Empty(await ListAsync("ä", "", 100));
        Assert.Empty(await ListAsync("", "", 0));
    }

    [Fact]
    public async Task Pages_of_the_list_cover_it_without_overlap()
    {
        var names = Enumerable.Range(0, 250).Select(i => $"room-{i:X2}").ToArray();
        await CommitAsync([.. names.Select(name => new SampleStream(name).Create())]);

        var listed = new List<string>();
        while (await ListAsync("room-", listed.LastOrDefault(""), 37) is { Count: > 0 } page) listed.AddRange(page);

        Assert.Equal(names.Order(StringComparer.Ordinal), listed);
    }

    private async Task<IReadOnlyList<string>> ListAsync(string prefix, string after, int limit) =>
        [.. (await Store.ListAsync(prefix, after, limit, Cancellation)).Select(header => header.Name.Value)];

    private static async Task<int> ReadWhileAsync(IStreamStore store, SampleStream stream, IReadOnlyList<EncodedEvent> all, CancellationToken done)
    {
        var (reads, seen) = (0, 0);
        var ada = ClientId.Parse("ada");
        do
        {
            var state = await store.LoadAsync(stream.Name, CancellationToken.None);
            Assert.NotNull(state);
            var found = await store.FindAsync(stream.Name, ada, 1, int.MaxValue, CancellationToken.None);
            var events = await SampleStream.ReadAllAsync(store, stream.Name, Seq.None, CancellationToken.None);
            Assert.True(seen <= state.Header.Head.Value && state.Header.Head.Value <= found.Count && found.Count <= events.Count, "What was seen before is gone.");
            Assert.Equal(state.Header.Head.Value, state.Clients[ada].LastClientSeq);
            SampleStream.AssertSame([.. all.Take(events.Count)], events);
            seen = events.Count;
            reads++;
        }
        while (!done.IsCancellationRequested);
        return reads;
    }
}
