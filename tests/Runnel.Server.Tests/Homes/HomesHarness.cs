using Microsoft.Extensions.Time.Testing;
using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Tests.Homes;

/// <summary>The asynchronous shells over a simulated disk and a clock that stands still.</summary>
internal sealed class HomesHarness : IAsyncDisposable
{
    // Far longer than anything here takes: whoever waits that long has found a hang.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly ObjectKey Milk = new(CollectionName.Parse("task"), ObjectId.Parse("milk"));
    private static readonly FieldName Title = FieldName.Parse("title");

    public HomesHarness(Action<HomeOptions>? configure = null)
    {
        configure?.Invoke(Options);
        Store = new InMemoryStreamStore(Disk);
        Homes = new StreamHomes(Store, Options, Time, IdSource.System);
    }

    public HomeOptions Options { get; } = new();

    public SimulatedDisk Disk { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public InMemoryStreamStore Store { get; }

    public StreamHomes Homes { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static EventDraft Set(long? clientSeq, string title) =>
        new(clientSeq, null, EventOp.Update, Milk, EventFields.Create([new FieldChange(Title, Delta.Set(CanonicalJson.FromString(title)))]));

    public Task<PublishResult> Publish(string stream, string client, params EventDraft[] events) => Publish(stream, client, 0, events);

    public Task<PublishResult> Publish(string stream, string client, long session, params EventDraft[] events)
    {
        var request = new PublishRequest { Stream = StreamName.Parse(stream), Client = ClientId.Parse(client), Session = session, Events = events };
        return Homes.PublishAsync(request, Cancellation).AsTask().WaitAsync(Deadline, Cancellation);
    }

    /// <summary>Publishes and gives the seqs.</summary>
    public async Task<IReadOnlyList<long>> PublishedAsync(string stream, string client, params EventDraft[] events) => SeqsOf(await Publish(stream, client, events));

    public static IReadOnlyList<long> SeqsOf(PublishResult result) => [.. Assert.IsType<PublishResult.Published>(result).Seqs.Select(seq => seq.Value)];

    public static ErrorCode CodeOf(PublishResult result) => Assert.IsType<PublishResult.Refused>(result).Refusal.Code;

    /// <summary>Waits until the committer has written a group, which is then held.</summary>
    public Task HeldCommitAsync() => UntilAsync(() => Disk.HasHeldCommit);

    /// <summary>Lets the held commit meet its fate, and those behind it go.</summary>
    public async Task GoOnAsync(CommitFate fate = CommitFate.Succeeds)
    {
        await HeldCommitAsync();
        (Disk.HoldsCommits, Disk.NextFate) = (false, fate);
        Disk.ReleaseCommit();
    }

    /// <summary>Waits for what other threads bring about.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        var giveUp = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(giveUp) < Deadline, "What was waited for did not come.");
            await Task.Delay(1, Cancellation);
        }
    }

    public async Task<IReadOnlyList<StreamEvent>> StoredAsync(string stream)
    {
        var events = new List<StreamEvent>();
        await foreach (var block in Store.ReadAsync(StreamName.Parse(stream), Seq.None, Cancellation)) events.AddRange(block.Events.Select(encoded => EventCodec.ParseStored(encoded.Json.Span)));
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        Disk.HoldsCommits = false;
        if (Disk.HasHeldCommit) Disk.ReleaseCommit();
        await Homes.DisposeAsync();
        await Store.DisposeAsync();
    }
}
