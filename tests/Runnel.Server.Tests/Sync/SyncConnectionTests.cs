using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Server.Sync;
using Runnel.Testing.Stores;

namespace Runnel.Server.Tests.Sync;

public sealed class SyncConnectionTests : IAsyncLifetime
{
    private static readonly StreamName Todo = StreamName.Parse("todo");

    private readonly SimulatedDisk _disk = new();
    private readonly HomeOptions _homeOptions = new();
    private readonly SyncOptions _options = new();
    private StreamHomes _homes = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _homes = new StreamHomes(new InMemoryStreamStore(_disk), _homeOptions, new FakeTimeProvider(), IdSource.System);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _homes.DisposeAsync();

    [Fact]
    public async Task A_stream_that_is_deleted_before_a_fetch_is_answered_is_gone()
    {
        var ada = await ConnectAsync("ada", subscribe: true);
        await PublishAsync(3);
        await SayAsync(ada, """{"type":"fetch","ref":5,"stream":"todo","ranges":[[1,3]]}""");

        Assert.Null(await _homes.DeleteAsync(Todo, Cancellation));
        await PublishAsync(2);   // another stream of that name

        var sent = await SentAsync(ada);
        Assert.DoesNotContain(sent, message => message.GetProperty("type").GetString() == "fetched");
        var error = Assert.Single(sent, message => message.TryGetProperty("ref", out _));
        Assert.Equal("gone", error.GetProperty("code").GetString());
        Assert.Equal(5, error.GetProperty("ref").GetInt64());
    }

    [Fact]
    public async Task A_subscription_to_a_stream_whose_name_has_passed_on_is_gone()
    {
        var before = await CreateAsync();
        using var watch = _homes.Watch(Todo);
        Assert.Null(await _homes.DeleteAsync(Todo, Cancellation));
        await PublishAsync(2);   // another stream of that name
        var ended = new List<Refusal>();

        using var subscription = new Subscription(before, Seq.None, watch, new Outgoing(_options), _options, (_, refusal) => ended.Add(refusal));
        subscription.Start(new ServerMessage.Subscribed(Todo, before.Id, before.Head, before.Settings, 0, null));

        Assert.Equal(ErrorCode.Gone, Assert.Single(ended).Code);
    }

    [Fact]
    public async Task A_cursor_takes_nothing_of_another_stream_of_the_same_name()
    {
        var before = await CreateAsync();
        using var watch = _homes.Watch(Todo);
        var ended = new List<Refusal>();
        using var subscription = new Subscription(before, Seq.None, watch, new Outgoing(_options), _options, (_, refusal) => ended.Add(refusal));
        Assert.Null(await _homes.DeleteAsync(Todo, Cancellation));
        await PublishAsync(2);

        var sink = new Sink();
        Assert.False(await subscription.WriteAsync(sink, Cancellation));

        Assert.Empty(sink.Messages);
        Assert.Equal(ErrorCode.Gone, Assert.Single(ended).Code);
    }

    [Fact]
    public async Task Signals_that_nobody_takes_are_dropped_from_the_oldest_on()
    {
        var ada = await ConnectAsync("ada", subscribe: true);
        var bob = await ConnectAsync("bob", subscribe: true);
        var padding = new string('x', 60_000);

        for (var i = 1; i <= 100; i++) await SayAsync(ada, $$$"""{"type":"signal","stream":"todo","data":{"n":{{{i}}},"padding":"{{{padding}}}"}}""");

        var seen = (await SentAsync(bob)).Where(message => message.GetProperty("type").GetString() == "signal").Select(message => message.GetProperty("data").GetProperty("n").GetInt32()).ToList();
        Assert.Equal(Enumerable.Range(101 - seen.Count, seen.Count), seen);
        Assert.InRange(seen.Count * 60_000, 1, _options.MaxWaitingBytes);
        Assert.DoesNotContain(await SentAsync(ada), message => message.GetProperty("type").GetString() == "signal");
    }

    [Fact]
    public async Task Whoever_has_read_that_it_is_subscribed_misses_no_signal()
    {
        var ada = await ConnectAsync("ada", subscribe: true);
        var bob = await ConnectAsync("bob", subscribe: true);
        await SentAsync(bob);
        using var watch = _homes.Watch(Todo);
        var sink = new SignallingSink(watch.Feed);
        using var isDone = new CancellationTokenSource();
        var pump = Task.Run(async () =>
        {
            while (!isDone.IsCancellationRequested)
            {
                sink.GatheredBytes = 0;
                await bob.SendAsync(sink, CancellationToken.None);
            }
        }, Cancellation);

        for (var i = 1; i <= 1_000; i++)
        {
            await SayAsync(bob, """{"type":"subscribe","stream":"todo","after":0}""");
            if (!SpinWait.SpinUntil(() => Volatile.Read(ref sink.Signals) == i, TimeSpan.FromSeconds(20))) Assert.Fail($"The {i}th signal was lost.");
        }
        await isDone.CancelAsync();
        await pump;
        await ada.DisposeAsync();
    }

    [Fact]
    public async Task A_signal_is_no_larger_than_an_event()
    {
        var ada = await ConnectAsync("ada", subscribe: true);

        await SayAsync(ada, $$"""{"type":"signal","stream":"todo","data":"{{new string('x', _homeOptions.MaxEventBytes - 1)}}"}""");

        Assert.Equal("too_large", Assert.Single(await SentAsync(ada), message => message.GetProperty("type").GetString() == "error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Frames_that_follow_subscribed_belong_to_the_cursor_that_it_answers()
    {
        var ada = await ConnectAsync("ada", subscribe: true);
        await PublishAsync(5);
        await SayAsync(ada, """{"type":"subscribe","stream":"todo","after":3}""");

        var sent = await SentAsync(ada);

        var moved = sent.FindLastIndex(message => message.GetProperty("type").GetString() == "subscribed");
        Assert.Equal([4, 5], sent.Skip(moved + 1).SelectMany(SeqsOf));
    }

    [Fact]
    public async Task Nothing_of_a_stream_follows_once_a_message_after_unsubscribe_is_answered()
    {
        var ada = await ConnectAsync("ada", subscribe: true);
        await SayAsync(ada, """{"type":"unsubscribe","stream":"todo"}""");
        await SayAsync(ada, """{"type":"fence","ref":9}""");
        await PublishAsync(5);

        var sent = await SentAsync(ada);

        Assert.DoesNotContain(sent, message => message.GetProperty("type").GetString() == "events");
        Assert.Single(sent, message => message.TryGetProperty("ref", out var reference) && reference.GetInt64() == 9);
    }

    private static IEnumerable<long> SeqsOf(JsonElement message) =>
        message.GetProperty("type").GetString() == "events" ? message.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("seq").GetInt64()) : [];

    private async Task<StreamHeader> CreateAsync() =>
        Assert.IsType<CreateResult.Ready>(await _homes.CreateAsync(Todo, StreamSettings.Default, Cancellation)).Header;

    private async Task<SyncConnection> ConnectAsync(string client, bool subscribe)
    {
        var connection = new SyncConnection(_homes, _homeOptions, _options);
        await SayAsync(connection, $$"""{"type":"hello","client":"{{client}}"}""");
        if (subscribe) await SayAsync(connection, """{"type":"subscribe","stream":"todo","after":0,"create":{}}""");
        return connection;
    }

    private static async Task SayAsync(SyncConnection connection, string message) => await connection.ReceiveAsync(Encoding.UTF8.GetBytes(message), Cancellation);

    private async Task PublishAsync(int count)
    {
        var key = new ObjectKey(CollectionName.Parse("task"), ObjectId.Parse("milk"));
        var events = Enumerable.Range(1, count).Select(_ => new EventDraft(null, null, EventOp.Insert, key, EventFields.Empty));
        var request = new PublishRequest { Stream = Todo, Client = ClientId.Parse("author"), Events = [.. events] };
        Assert.IsType<PublishResult.Published>(await _homes.PublishAsync(request, Cancellation));
    }

    /// <summary>What the connection sends now, until nothing is due.</summary>
    private static async Task<List<JsonElement>> SentAsync(SyncConnection connection)
    {
        var sink = new Sink();
        while (await connection.SendAsync(sink, Cancellation)) sink.GatheredBytes = 0;
        return sink.Messages;
    }

    /// <summary>A reader that is signalled to at the very moment at which it reads that it is subscribed.</summary>
    private sealed class SignallingSink(StreamFeed feed) : ISyncSink, IStreamFollower
    {
        private static readonly byte[] TheSignal = """{"type":"signal"}"""u8.ToArray();

        public int Signals;

        public int GatheredBytes { get; set; }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            GatheredBytes += message.Length;
            if (message.Span.SequenceEqual(TheSignal)) Interlocked.Increment(ref Signals);
            else if (message.Span.IndexOf("\"subscribed\""u8) >= 0) feed.Signal(this, TheSignal);
            return ValueTask.CompletedTask;
        }

        public void HeadMoved() { }

        public void Signalled(ReadOnlyMemory<byte> message) { }

        public void Ended(Refusal refusal) { }
    }

    private sealed class Sink : ISyncSink
    {
        public List<JsonElement> Messages { get; } = [];

        public int GatheredBytes { get; set; }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            GatheredBytes += message.Length;
            Messages.Add(JsonElement.Parse(message.Span));
            return ValueTask.CompletedTask;
        }
    }
}
