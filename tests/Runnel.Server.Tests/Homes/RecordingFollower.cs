using System.Collections.Concurrent;
using Runnel.Protocol;
using Runnel.Server.Homes;

namespace Runnel.Server.Tests.Homes;

/// <summary>Follows a feed as a cursor does and keeps what it was told.</summary>
internal sealed class RecordingFollower(StreamFeed feed) : IStreamFollower
{
    private readonly Lock _gate = new();
    private Seq _after;

    public ConcurrentQueue<Refusal> Endings { get; } = [];

    public ConcurrentQueue<string> Signals { get; } = [];

    public List<StreamEvent> Seen { get; } = [];

    public void HeadMoved()
    {
        lock (_gate)
        {
            while (feed.Header is { } header && feed.TryTakeFrame(header.Id, _after, 1_000, 1_000_000) is { } frame)
            {
                var events = Assert.IsType<ServerMessage.Events>(ServerMessageCodec.Parse(frame.Json.Span));
                Assert.Equal((_after.Next, frame.To), (events.From, events.To));
                Assert.True(feed.Header!.Head >= frame.To);
                Seen.AddRange(events.Items);
                _after = frame.To;
            }
        }
    }

    public void Signalled(ReadOnlyMemory<byte> message) => Signals.Enqueue(System.Text.Encoding.UTF8.GetString(message.Span));

    public void Ended(Refusal refusal) => Endings.Enqueue(refusal);
}
