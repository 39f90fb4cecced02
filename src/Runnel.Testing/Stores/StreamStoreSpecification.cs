using Runnel.Records;

namespace Runnel.Testing.Stores;

/// <summary>
/// What every <see cref="IStreamStore"/> promises, as tests. A provider's own test class derives from it and only says how to make a
/// store, open it again, and end it as a crash would.
/// </summary>
public abstract partial class StreamStoreSpecification : IAsyncLifetime
{
    private IStreamStore? _store;

    /// <summary>How many times randomised tests run: more where the environment says <c>RUNNEL_LONG=1</c>.</summary>
    protected static int Rounds(int usual) => Environment.GetEnvironmentVariable("RUNNEL_LONG") == "1" ? usual * 20 : usual;

    /// <summary>The ways in which a process of this provider can end during a commit.</summary>
    protected abstract IReadOnlyList<string> CrashPoints { get; }

    /// <summary>Makes an empty store in a place of its own.</summary>
    protected abstract ValueTask<IStreamStore> CreateAsync();

    /// <summary>Closes <paramref name="store"/> and opens another over the same data.</summary>
    protected abstract ValueTask<IStreamStore> ReopenAsync(IStreamStore store);

    /// <summary>
    /// Commits <paramref name="group"/> and ends the process at <paramref name="crashPoint"/>, so that nobody hears of the commit;
    /// then opens another store over what is left. The ended store is the provider's to clear away.
    /// </summary>
    protected abstract ValueTask<IStreamStore> CrashAsync(IStreamStore store, IReadOnlyList<StreamAppend> group, string crashPoint);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _store = await CreateAsync();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_store is not null) await _store.DisposeAsync();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IStreamStore Store => _store ?? throw new InvalidOperationException("The test has not begun.");

    [Fact]
    public async Task A_created_stream_is_there_with_its_settings()
    {
        var todo = new SampleStream("todo:home");

        var results = await CommitAsync(todo.Create(settings: KeepTitles));

        Assert.Equal([new AppendResult.Appended(Seq.None)], results);
        todo.Take(todo.Create(settings: KeepTitles));
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_stream_may_be_created_by_its_first_events()
    {
        var todo = new SampleStream("todo");

        Assert.Equal([new AppendResult.Appended(new Seq(3))], await CommitAsync(todo.Create(3)));

        todo.Take(todo.Create(3));
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task An_unknown_stream_is_nothing_and_reads_as_nothing()
    {
        var nobody = StreamName.Parse("nobody");

        Assert.Null(await Store.LoadAsync(nobody, Cancellation));
        Assert.Empty(await SampleStream.ReadAllAsync(Store, nobody, Seq.None, Cancellation));
        Assert.Empty(await Store.FindAsync(nobody, ClientId.Parse("ada"), 1, 10, Cancellation));
        Assert.Empty(await Store.ListAsync("", "", 10, Cancellation));
    }

    [Fact]
    public async Task Events_come_back_byte_for_byte_in_their_order()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(1));
        await TakeAsync(todo, todo.Append(5));
        await TakeAsync(todo, todo.Append([("ada", 2), ("bob", 1), ("ada", 3)]));
        await TakeAsync(todo, todo.Append(1, "bob", padding: 64 * 1024));

        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_group_goes_to_many_streams_at_once()
    {
        SampleStream[] streams = [new("a"), new("b"), new("c")];
        await CommitAsync([.. streams.Select(stream => stream.Take(stream.Create()))]);

        var results = await CommitAsync(streams[2].Take(streams[2].Append(2)), streams[0].Take(streams[0].Append(7)), streams[1].Take(streams[1].Append(1)));

        Assert.Equal([new AppendResult.Appended(new Seq(2)), new AppendResult.Appended(new Seq(7)), new AppendResult.Appended(new Seq(1))], results);
        foreach (var stream in streams) await stream.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_stale_head_writes_nothing_while_the_others_of_the_group_are_written()
    {
        var (first, stale, last) = (new SampleStream("first"), new SampleStream("stale"), new SampleStream("last"));
        await TakeAsync(first, first.Create(2));
        await TakeAsync(stale, stale.Create(2));

        var results = await CommitAsync(
            first.Take(first.Append(1)),
            new SampleStream("stale").Append(5, "bob"),
            last.Take(last.Create(4)));

        Assert.Equal([new AppendResult.Appended(new Seq(3)), new AppendResult.StaleHead(Seq.None, new Seq(2)), new AppendResult.Appended(new Seq(4))], results);
        foreach (var stream in new[] { first, stale, last }) await stream.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_head_ahead_of_the_stream_is_stale_too()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(2));
        var ahead = todo.Append(1) with { ExpectedHead = new Seq(5), Events = [], Runs = [] };

        Assert.Equal([new AppendResult.StaleHead(new Seq(5), new Seq(2))], await CommitAsync(ahead));
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task Another_id_is_stale()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(2));
        var other = new SampleStream("todo", incarnation: 2);

        Assert.Equal([new AppendResult.StaleHead(Seq.None, Seq.None)], await CommitAsync(other.Create(1)));
        Assert.Equal([new AppendResult.StaleHead(Seq.None, Seq.None)], await CommitAsync(other.Append(1)));
        Assert.Equal([new AppendResult.StaleHead(Seq.None, Seq.None)], await CommitAsync(other.Delete()));
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task An_append_to_no_stream_is_stale()
    {
        var todo = new SampleStream("todo");

        Assert.Equal([new AppendResult.StaleHead(Seq.None, Seq.None)], await CommitAsync(todo.Append(1)));
        Assert.Equal([new AppendResult.StaleHead(Seq.None, Seq.None)], await CommitAsync(todo.Delete()));
        Assert.Null(await Store.LoadAsync(todo.Name, Cancellation));
    }

    [Fact]
    public async Task An_empty_group_is_done_at_once() => Assert.Empty(await CommitAsync());

    [Fact]
    public async Task A_group_that_does_not_fit_together_is_refused_whole()
    {
        var (todo, other) = (new SampleStream("todo"), new SampleStream("other"));
        await TakeAsync(todo, todo.Create(2));
        StreamAppend[] mistakes = [
            todo.Append(2) with { Events = [.. todo.Append(3).Events.Skip(1)] },
            todo.Append(2) with { Header = other.Header },
            todo.Append(2) with { IsDelete = true },
            todo.Change(KeepTitles) with { IsDelete = true },
        ];

        foreach (var mistake in mistakes) await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(other.Create(1), mistake));
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(todo.Append(1), todo.Append(1)));

        Assert.Null(await Store.LoadAsync(other.Name, Cancellation));
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_commit_that_was_cancelled_before_it_began_writes_nothing()
    {
        var todo = new SampleStream("todo");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.CommitAsync([todo.Create(1)], new CancellationToken(canceled: true)));

        Assert.Null(await Store.LoadAsync(todo.Name, Cancellation));
    }

    [Fact]
    public async Task A_batch_of_a_mebibyte_is_kept()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create());
        await TakeAsync(todo, todo.Append(1_000, padding: 1_024));
        await TakeAsync(todo, todo.Append(1_000, padding: 1_024));

        await todo.AssertHeldByAsync(Store, Cancellation);
        Assert.Equal(new Seq(2_000), todo.Head);
        SampleStream.AssertSame([.. todo.Events.Skip(1_500)], await SampleStream.ReadAllAsync(Store, todo.Name, new Seq(1_500), Cancellation));
    }

    [Fact]
    public async Task Ten_thousand_streams_are_kept()
    {
        var streams = Enumerable.Range(0, 10_000).Select(i => new SampleStream($"stream-{i:D5}")).ToArray();
        foreach (var group in streams.Chunk(1_000)) await CommitAsync([.. group.Select(stream => stream.Take(stream.Create(1)))]);
        foreach (var group in streams.Chunk(2_500)) await CommitAsync([.. group.Select(stream => stream.Take(stream.Append(2, "bob")))]);

        await ReopenAsync();

        foreach (var stream in streams.Where((_, i) => i % 97 == 0)) await stream.AssertHeldByAsync(Store, Cancellation);
        var listed = await Store.ListAsync("", "", int.MaxValue, Cancellation);
        Assert.Equal(streams.Select(stream => stream.Header), listed);
    }

    private static StreamSettings KeepTitles { get; } =
        StreamSettings.Parse(CanonicalJson.Parse("""{"collections":{"task":{"fields":{"title":"keepAll"}}},"order":"total"}"""));

    private async Task<IReadOnlyList<AppendResult>> CommitAsync(params StreamAppend[] group) => await Store.CommitAsync(group, Cancellation);

    private async Task TakeAsync(SampleStream stream, StreamAppend append)
    {
        stream.Take(append);
        var head = append.IsDelete ? Seq.None : stream.Head;
        Assert.Equal([new AppendResult.Appended(head)], await CommitAsync(append));
    }

    private async Task ReopenAsync() => _store = await ReopenAsync(Store);
}
