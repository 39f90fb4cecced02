using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Runnel.Client.Transport;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client.Tests.Connection;

/// <summary>A server that says what the test says, and a network that the test breaks.</summary>
internal sealed class ScriptedServer : ITransport
{
    private readonly ConcurrentQueue<ScriptedConnection> _connections = new();

    /// <summary>Whether connections can be made.</summary>
    public bool IsReachable { get; set; } = true;

    /// <summary>How many connections were tried.</summary>
    public int Tries;

    public int Connections => _connections.Count;

    public ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Tries);
        if (!IsReachable) throw new TransportException("There is no way to the server.");
        var connection = new ScriptedConnection();
        _connections.Enqueue(connection);
        return ValueTask.FromResult<ITransportConnection>(connection);
    }

    /// <summary>Waits for connection number <paramref name="number"/>, and for its hello.</summary>
    public async Task<(ScriptedConnection Connection, ClientMessage.Hello Hello)> HelloAsync(int number, Microsoft.Extensions.Time.Testing.FakeTimeProvider? time = null)
    {
        await Waiting.UntilAsync(() => _connections.Count >= number, time);
        var connection = _connections.ElementAt(number - 1);
        return (connection, Assert.IsType<ClientMessage.Hello>(await connection.HearAsync()));
    }

    /// <summary>Welcomes connection number <paramref name="number"/> and answers its subscribe: an empty stream, or one that is at <paramref name="lastClientSeq"/>.</summary>
    public async Task<ScriptedConnection> WelcomeAsync(int number, Microsoft.Extensions.Time.Testing.FakeTimeProvider? time = null)
    {
        var (connection, _) = await HelloAsync(number, time);
        connection.Welcome();
        connection.Subscribed(Assert.IsType<ClientMessage.Subscribe>(await connection.HearAsync()));
        return connection;
    }
}

/// <summary>One connection to it.</summary>
internal sealed class ScriptedConnection : ITransportConnection
{
    private readonly Channel<ClientMessage> _up = Channel.CreateUnbounded<ClientMessage>();
    private readonly Channel<ReadOnlyMemory<byte>> _down = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    /// <summary>What was heard and not asked for yet.</summary>
    public int Unheard => _up.Reader.Count;

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        _up.Writer.TryWrite(ClientMessageCodec.Parse(message.Span));
        return ValueTask.CompletedTask;
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken) =>
        await _down.Reader.WaitToReadAsync(cancellationToken) && _down.Reader.TryRead(out var message) ? message : null;

    public Task<ClientMessage> HearAsync() => _up.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public async Task<T> HearAsync<T>() where T : ClientMessage => Assert.IsType<T>(await HearAsync());

    public void Welcome() => Say(new ServerMessage.Welcome(1, new ProtocolLimits(64 * 1024, 1_000, 1024 * 1024, 1_000)));

    public void Subscribed(ClientMessage.Subscribe subscribe, long lastClientSeq = 0, string? nonce = null) =>
        Say(new ServerMessage.Subscribed(subscribe.Stream, "id", subscribe.After, StreamSettings.Default, lastClientSeq, nonce));

    public void Refuse(string code, ClientMessage.Publish? publish = null, string? stream = null)
    {
        Assert.True(ErrorCode.TryParse(code, out var known));
        Say(new ServerMessage.Error(publish?.Ref, publish?.Stream.Value ?? stream, code, $"The test says {code}.", known.IsRetryable));
    }

    /// <summary>Says anything.</summary>
    public void SayText(string text) => _down.Writer.TryWrite(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Says events of somebody else, each an object of its own.</summary>
    public void SayEvents(string stream, int from, int to)
    {
        var events = Enumerable.Range(from, to - from + 1).Select(seq =>
            $$"""{"seq":{{seq}},"client":"bob","at":"2026-11-30T12:00:00.000Z","clientSeq":{{seq}},"precedingSeq":0,"op":"insert","collection":"todoTask","id":"{{seq}}","fields":{} }""");
        SayText($$"""{"type":"events","stream":"{{stream}}","from":{{from}},"to":{{to}},"events":[{{string.Join(',', events)}}]}""");
    }

    /// <summary>Stores what is published, as the first events of the stream.</summary>
    public void Store(ClientMessage.Publish publish, ClientId author)
    {
        List<StreamEvent> stored = [.. publish.Events.Select((draft, i) => new StreamEvent(new Seq(i + 1), author, default, draft.Complete(i + 1, Seq.None)))];
        Say(new ServerMessage.Published(publish.Ref, publish.Stream, [.. stored.Select(one => one.Seq)]));
        var frame = new ArrayBufferWriter<byte>();
        EventFrame.WriteEvents(frame, publish.Stream, stored[0].Seq, stored[^1].Seq, stored.Select(Encode));
        _down.Writer.TryWrite(frame.WrittenMemory);
    }

    public void Say(ServerMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ServerMessageCodec.Write(buffer, message);
        _down.Writer.TryWrite(buffer.WrittenMemory);
    }

    /// <summary>The connection is lost.</summary>
    public void Break() => _down.Writer.TryComplete();

    public ValueTask DisposeAsync()
    {
        Break();
        return ValueTask.CompletedTask;
    }

    private static ReadOnlyMemory<byte> Encode(StreamEvent stored)
    {
        var json = new ArrayBufferWriter<byte>();
        EventCodec.Write(json, stored);
        return json.WrittenMemory;
    }
}
