using System.Buffers;
using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Simulation.Network;

namespace Runnel.Testing.Simulation.Server;

/// <summary>The server's side of one connection: takes the client's messages one by one, and sends answers and events. Mirrors the server's own.</summary>
internal sealed class Gateway(SimulationContext context, ServerProcess process, SimulatedConnection connection)
{
    private readonly Queue<ReadOnlyMemory<byte>> _inbox = new();
    private readonly Dictionary<StreamName, Cursor> _cursors = [];
    private ClientMessage.Hello? _hello;
    private bool _isBusy, _isClosed;

    /// <summary>Takes a frame, behind those before it.</summary>
    public void Receive(ReadOnlyMemory<byte> frame)
    {
        _inbox.Enqueue(frame);
        Resume();
    }

    /// <summary>The client is gone; what homes have taken goes on.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (var cursor in _cursors.Values) cursor.Dispose();
        _cursors.Clear();
    }

    /// <summary>Sends a frame of events.</summary>
    public void SendEvents(FeedFrame frame)
    {
        context.Meet(frame);
        Send(frame.Json);
    }

    /// <summary>A cursor has nothing more to follow.</summary>
    public void End(Cursor cursor, Refusal refusal)
    {
        if (_cursors.GetValueOrDefault(cursor.Stream) != cursor) return;
        Drop(cursor.Stream);
        Refuse(null, cursor.Stream.Value, refusal);
    }

    private void Resume()
    {
        while (!_isBusy && !_isClosed && _inbox.TryDequeue(out var frame)) Handle(ClientMessageCodec.Parse(frame.Span));
    }

    private void Handle(ClientMessage message)
    {
        context.Meet(message);
        switch (message)
        {
            case ClientMessage.Unreadable unreadable: Refuse(unreadable.Ref, unreadable.Stream, unreadable.Refusal); break;
            case ClientMessage.Hello hello: Hello(hello); break;
            case { } when _hello is null: Refuse(null, null, new Refusal(ErrorCode.InvalidMessage, "Say hello first.")); break;
            case ClientMessage.Subscribe subscribe: Subscribe(subscribe); break;
            case ClientMessage.Publish publish: Publish(publish); break;
        }
    }

    private void Hello(ClientMessage.Hello hello)
    {
        _hello ??= hello;
        Send(new ServerMessage.Welcome(1, new ProtocolLimits(process.Limits.MaxEventBytes, process.Limits.MaxBatchEvents, process.Limits.MaxBatchBytes, 1_000)));
    }

    private void Subscribe(ClientMessage.Subscribe subscribe)
    {
        _isBusy = true;
        if (subscribe.Create is not { } settings)
        {
            Open(subscribe);
            return;
        }
        var at = process.Clock.GetUtcNow();
        process.HomeOf(subscribe.Stream).Ask(ticket => new HomeRequest.Create(ticket, settings, at), answer =>
        {
            if (answer is HomeAnswer.Refused refused) Finish(subscribe.Stream, refused.Refusal);
            else Open(subscribe);
        });
    }

    private void Open(ClientMessage.Subscribe subscribe)
    {
        var cursor = new Cursor(context, process, this, subscribe.Stream, subscribe.After);
        process.HomeOf(subscribe.Stream).Ask(ticket => new HomeRequest.Open(ticket, _hello!.Client, _hello.Session ?? 0), answer =>
        {
            if (_isClosed || RefusalOf(subscribe, answer) is { } refusal && Finish(subscribe.Stream, refusal))
            {
                cursor.Dispose();
                return;
            }
            Start(cursor, (HomeAnswer.Opened)answer);
            Finish(subscribe.Stream, null);
        });
    }

    private static Refusal? RefusalOf(ClientMessage.Subscribe subscribe, HomeAnswer answer) => answer switch
    {
        HomeAnswer.Refused refused => refused.Refusal,
        HomeAnswer.Opened { Header: var header } when subscribe.Id is { } id && id != header.Id => new Refusal(ErrorCode.Diverged, $"{header.Name} is {header.Id} now, not {id}."),
        HomeAnswer.Opened { Header: var header } when subscribe.After > header.Head => new Refusal(ErrorCode.Diverged, $"The head is {header.Head}, not {subscribe.After}."),
        _ => null,
    };

    private bool Finish(StreamName stream, Refusal? refusal)
    {
        if (refusal is not null) Refuse(null, stream.Value, refusal);
        _isBusy = false;
        Resume();
        return true;
    }

    private void Start(Cursor cursor, HomeAnswer.Opened opened)
    {
        Drop(cursor.Stream);
        _cursors.Add(cursor.Stream, cursor);
        context.Meet(opened.Client);
        Send(new ServerMessage.Subscribed(opened.Header.Name, opened.Header.Id, opened.Header.Head, opened.Header.Settings, opened.Client.LastClientSeq, opened.Client.Nonce));
        cursor.Start(opened.Header.Id);
    }

    private void Drop(StreamName stream)
    {
        if (_cursors.Remove(stream, out var cursor)) cursor.Dispose();
    }

    private void Publish(ClientMessage.Publish publish)
    {
        var request = new PublishRequest
        {
            Stream = publish.Stream,
            Client = _hello!.Client,
            Session = _hello.Session ?? 0,
            Nonce = publish.Nonce,
            Events = publish.Events,
            ShapeRefusal = publish.ShapeRefusal,
        };
        var at = process.Clock.GetUtcNow();
        process.HomeOf(publish.Stream).Ask(ticket => new HomeRequest.Publish(ticket, request, at), answer =>
        {
            if (answer is HomeAnswer.Published published) Send(new ServerMessage.Published(publish.Ref, publish.Stream, published.Seqs));
            else Refuse(publish.Ref, publish.Stream.Value, ((HomeAnswer.Refused)answer).Refusal);
        });
    }

    private void Refuse(long? reference, string? stream, Refusal refusal) =>
        Send(new ServerMessage.Error(reference, stream, refusal.Code.Name, refusal.Message, refusal.Code.IsRetryable));

    private void Send(ServerMessage message)
    {
        context.Meet(message);
        var buffer = new ArrayBufferWriter<byte>(256);
        ServerMessageCodec.Write(buffer, message);
        Send(buffer.WrittenMemory);
    }

    private void Send(ReadOnlyMemory<byte> frame)
    {
        process.Oracle.ServerSays(connection.Client, frame);
        connection.SendDown(frame);
    }
}
