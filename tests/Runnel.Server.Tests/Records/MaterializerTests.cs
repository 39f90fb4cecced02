using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Records;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Tests.Records;

public sealed class MaterializerTests : IAsyncLifetime
{
    private static readonly StreamName Stream = StreamName.Parse("todo:home");

    private readonly SimulatedDisk _disk = new();
    private readonly StreamHomes _homes;
    private readonly Materializer _materializer;

    public MaterializerTests()
    {
        _homes = new StreamHomes(new InMemoryStreamStore(_disk), new HomeOptions(), TimeProvider.System, IdSource.System);
        _materializer = new Materializer(_homes, maxStreams: 2, maxReplays: 1);
    }

    [Fact]
    public async Task A_stream_that_took_over_the_name_is_not_taken_for_the_one_that_was_found()
    {
        await AddAsync(3);
        var old = await FindAsync();
        await _materializer.ReadAsync(old, old.Head, CancellationToken.None);
        await _homes.DeleteAsync(Stream, CancellationToken.None);
        await AddAsync(5);

        Assert.Null(await _materializer.ReadAsync(old with { Head = new Seq(5) }, new Seq(5), CancellationToken.None));
        Assert.Null(await _materializer.ReadAsync(old, new Seq(2), CancellationToken.None));
        var now = await FindAsync();
        Assert.Equal(5, (await _materializer.ReadAsync(now, now.Head, CancellationToken.None))!.Records.Count);
    }

    [Fact]
    public async Task A_read_that_failed_leaves_nothing_half_done_behind()
    {
        await AddAsync(3);
        var header = await FindAsync();
        await _materializer.ReadAsync(header, header.Head, CancellationToken.None);
        await AddAsync(2);
        header = await FindAsync();
        _disk.FailsReads = true;
        await Assert.ThrowsAsync<StreamStoreException>(() => _materializer.ReadAsync(header, header.Head, CancellationToken.None).AsTask());

        _disk.FailsReads = false;
        var state = await _materializer.ReadAsync(header, header.Head, CancellationToken.None);
        Assert.Equal(5, state!.Records.Count);
        Assert.Equal((await ReplayAsync(5)).MergeHash(), state.MergeHash);
    }

    [Fact]
    public async Task Many_who_ask_at_the_same_time_get_the_same()
    {
        await AddAsync(200);
        var header = await FindAsync();
        var expected = new Dictionary<long, string>();
        foreach (var at in new[] { 50L, 120, 200 }) expected[at] = (await ReplayAsync(at)).Hash();

        var states = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => _materializer.ReadAsync(header, new Seq(expected.Keys.ElementAt(i % 3)), CancellationToken.None).AsTask()));

        Assert.All(states, state => Assert.Equal(expected[state!.Seq.Value], state.Hash));
    }

    [Fact]
    public async Task A_seq_that_the_head_has_not_reached_is_a_mistake_of_the_caller()
    {
        await AddAsync(1);
        var header = await FindAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _materializer.ReadAsync(header, new Seq(2), CancellationToken.None).AsTask());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _materializer.Dispose();
        await _homes.DisposeAsync();
        await _homes.Store.DisposeAsync();
    }

    private async Task AddAsync(int count)
    {
        var before = (await _homes.FindAsync(Stream, CancellationToken.None))?.Head.Value ?? 0;
        var events = Enumerable.Range(1, count).Select(i => new EventDraft(
            null, null, EventOp.Insert, new ObjectKey(CollectionName.Parse("task"), ObjectId.Parse($"{before + i}")), EventFields.Empty));
        var request = new PublishRequest { Stream = Stream, Client = ClientId.Parse("phone"), Events = [.. events] };
        Assert.IsType<PublishResult.Published>(await _homes.PublishAsync(request, CancellationToken.None));
    }

    private async Task<StreamHeader> FindAsync() => (await _homes.FindAsync(Stream, CancellationToken.None))!;

    private async Task<RecordSet> ReplayAsync(long to)
    {
        var records = new RecordSet(StreamSettings.Default);
        await foreach (var block in _homes.Store.ReadAsync(Stream, Seq.None, CancellationToken.None))
        {
            foreach (var stored in block.Events.Where(stored => stored.Seq.Value <= to)) records.Apply(EventCodec.ParseStored(stored.Json.Span));
        }
        return records;
    }
}
