namespace Runnel.Testing.Stores;

public abstract partial class StreamStoreSpecification
{
    [Fact]
    public async Task Everything_is_there_after_a_clean_close()
    {
        SampleStream[] streams = [new("a"), new("b"), new("c")];
        foreach (var stream in streams) await TakeAsync(stream, stream.Create(2));
        for (var i = 0; i < 10; i++)
        {
            await CommitAsync([.. streams.Select(stream => stream.Take(stream.Append(i % 3 + 1, i % 2 == 0 ? "ada" : "bob", session: i)))]);
            await ReopenAsync();
            foreach (var stream in streams) await stream.AssertHeldByAsync(Store, Cancellation);
        }
    }

    [Fact]
    public async Task A_deleted_stream_is_gone_and_stays_gone()
    {
        var (todo, other) = (new SampleStream("todo"), new SampleStream("other"));
        await TakeAsync(todo, todo.Create(3));
        await TakeAsync(other, other.Create(3));

        Assert.Equal([new AppendResult.Appended(Seq.None)], await CommitAsync(todo.Delete()));

        for (var round = 0; round < 2; round++)
        {
            Assert.Null(await Store.LoadAsync(todo.Name, Cancellation));
            Assert.Empty(await SampleStream.ReadAllAsync(Store, todo.Name, Seq.None, Cancellation));
            Assert.Empty(await Store.FindAsync(todo.Name, ClientId.Parse("ada"), 1, 10, Cancellation));
            Assert.Equal([other.Header], await Store.ListAsync("", "", 10, Cancellation));
            Assert.Equal([new AppendResult.StaleHead(todo.Head, Seq.None)], await CommitAsync(todo.Append(1)));
            await other.AssertHeldByAsync(Store, Cancellation);
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task A_delete_at_a_stale_head_removes_nothing()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(3));
        var stale = todo.Delete();
        await TakeAsync(todo, todo.Append(1));

        Assert.Equal([new AppendResult.StaleHead(new Seq(3), new Seq(4))], await CommitAsync(stale));
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_name_is_used_again_with_another_id_and_nothing_of_the_old()
    {
        var first = new SampleStream("todo");
        await TakeAsync(first, first.Create(3, KeepTitles));
        await CommitAsync(first.Delete());
        var second = new SampleStream("todo", incarnation: 2);
        await TakeAsync(second, second.Create(2));

        for (var round = 0; round < 2; round++)
        {
            await second.AssertHeldByAsync(Store, Cancellation);
            Assert.Equal([new AppendResult.StaleHead(first.Head, Seq.None)], await CommitAsync(first.Append(1)));
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task After_a_crash_what_was_acknowledged_is_there_and_the_rest_whole_or_absent()
    {
        foreach (var crashPoint in CrashPoints)
        {
            await StartAnewAsync();
            SampleStream[] streams = [new("a"), new("b"), new("big")];
            foreach (var stream in streams) await TakeAsync(stream, stream.Create(1));
            for (var i = 0; i < 3; i++)
            {
                await CommitAsync([.. streams.Select(stream => stream.Take(stream.Append(i + 1, session: i, nonce: $"nonce {i}")))]);
                StreamAppend[] unacknowledged = [streams[0].Append(2), streams[1].RaiseSession("bob", 4), streams[2].Append(40, "bob", padding: 500)];

                _store = await CrashAsync(Store, unacknowledged, crashPoint);

                await TakeIfThereAsync(streams, unacknowledged, crashPoint);
                foreach (var stream in streams) await stream.AssertHeldByAsync(Store, Cancellation);
            }
        }
    }

    [Fact]
    public async Task After_a_crash_a_creation_or_a_delete_is_whole_or_absent()
    {
        foreach (var crashPoint in CrashPoints)
        {
            await StartAnewAsync();
            var (old, next) = (new SampleStream("old"), new SampleStream("next"));
            await TakeAsync(old, old.Create(2));

            _store = await CrashAsync(Store, [old.Delete(), next.Create(1)], crashPoint);

            var isDeleted = await Store.LoadAsync(old.Name, Cancellation) is null;
            var isCreated = await Store.LoadAsync(next.Name, Cancellation) is not null;
            Assert.True(isDeleted == isCreated, $"{crashPoint}: the group was torn.");
            if (isCreated) next.Take(next.Create(1));
            await (isCreated ? next : old).AssertHeldByAsync(Store, Cancellation);
        }
    }

    [Fact]
    public async Task Random_histories_are_what_the_model_says_over_crashes_too()
    {
        for (var seed = 1; seed <= Rounds(12); seed++)
        {
            await StartAnewAsync();
            var history = new RandomHistory(seed);
            for (var step = 0; step < 40; step++)
            {
                var (group, expected) = history.NextGroup();
                var results = await CommitAsync([.. group]);
                Assert.True(expected.SequenceEqual(results), $"Seed {seed}, step {step}: expected {string.Join(", ", expected)}, found {string.Join(", ", results)}.");
                history.Take();
                if (step % 10 == 9) await history.AssertHeldByAsync(Store, $"seed {seed}, step {step}", Cancellation);
                if (step % 13 == 12) await ReopenAsync();
                if (step % 17 == 16) _store = await CrashAsync(Store, [], CrashPoints[seed % CrashPoints.Count]);
            }
            await ReopenAsync();
            await history.AssertHeldByAsync(Store, $"seed {seed}, at the end", Cancellation);
        }
    }

    private async Task StartAnewAsync()
    {
        await Store.DisposeAsync();
        _store = await CreateAsync();
    }

    // All of the group or none: the first stream says which, the caller then compares everything.
    private async Task TakeIfThereAsync(SampleStream[] streams, StreamAppend[] unacknowledged, string crashPoint)
    {
        var state = await Store.LoadAsync(streams[0].Name, Cancellation);
        Assert.NotNull(state);
        if (state.Header.Head == streams[0].Head) return;
        Assert.True(state.Header.Head == streams[0].Head + unacknowledged[0].Events.Count, $"{crashPoint}: the group was torn.");
        for (var i = 0; i < streams.Length; i++) streams[i].Take(unacknowledged[i]);
    }
}
