using System.Buffers;
using System.Collections.Concurrent;
using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Server.Sync;

/// <summary>
/// One client's connection, whatever carries it: takes the client's messages one by one and has the answers and events ready to be
/// sent. <see cref="ReceiveAsync"/> is called by one reader, <see cref="WaitToSendAsync"/> and <see cref="SendAsync"/> by one writer.
/// </summary>
/// <remarks>
/// Nothing here grows with what a peer does: answers, publishes and fetches in flight are bounded, and when a bound is reached
/// <see cref="ReceiveAsync"/> waits, so that nothing more is read from the peer; events are not queued at all.
/// </remarks>
public sealed class SyncConnection : IAsyncDisposable
{
    private readonly IStreamHomes _homes;
    private readonly HomeOptions _homeOptions;
    private readonly SyncOptions _options;
    private readonly Outgoing _outgoing;
    private readonly ConcurrentDictionary<StreamName, Subscription> _subscriptions = new();
    private readonly SemaphoreSlim _publishes;
    private readonly SemaphoreSlim _fetches;
    private ClientMessage.Hello? _hello;

    /// <summary>Makes a connection that has not said hello.</summary>
    public SyncConnection(StreamHomes homes, HomeOptions homeOptions, SyncOptions options) : this((IStreamHomes)homes, homeOptions, options) { }

    internal SyncConnection(IStreamHomes homes, HomeOptions homeOptions, SyncOptions options)
    {
        _homes = homes;
        _homeOptions = homeOptions;
        _options = options;
        _outgoing = new Outgoing(options);
        _publishes = new SemaphoreSlim(options.MaxPublishesInFlight);
        _fetches = new SemaphoreSlim(options.MaxFetchesInFlight);
    }

    /// <summary>Whether the client has said hello.</summary>
    public bool HasSaidHello => _hello is not null;

    /// <summary>Whether something may be due that <see cref="WaitToSendAsync"/> has not told yet.</summary>
    internal bool HasWoken => _outgoing.IsAwake;

    /// <summary>Takes one message; completes when the next may be read.</summary>
    public async ValueTask ReceiveAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        await _outgoing.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
        switch (ClientMessageCodec.Parse(utf8.Span))
        {
            case ClientMessage.Unreadable unreadable: Refuse(unreadable.Ref, unreadable.Stream, unreadable.Refusal); break;
            case ClientMessage.Hello hello: Hello(hello); break;
            case { } message when _hello is null: Refuse(message.Address.Ref, message.Address.Stream, new Refusal(ErrorCode.InvalidMessage, "Say hello first.")); break;
            case ClientMessage.Subscribe subscribe: await SubscribeAsync(subscribe, cancellationToken).ConfigureAwait(false); break;
            case ClientMessage.Unsubscribe unsubscribe: Drop(unsubscribe.Stream); break;
            case ClientMessage.Publish publish: await PublishAsync(publish, cancellationToken).ConfigureAwait(false); break;
            case ClientMessage.Fetch fetch: await FetchAsync(fetch, cancellationToken).ConfigureAwait(false); break;
            case ClientMessage.Signal signal: Signal(signal); break;
        }
    }

    /// <summary>Answers a message that cannot be read as one of this subprotocol.</summary>
    public void Refuse(Refusal refusal) => Refuse(null, null, refusal);

    /// <summary>Waits until something may be due.</summary>
    public ValueTask WaitToSendAsync(CancellationToken cancellationToken) => _outgoing.WaitAsync(cancellationToken);

    /// <summary>Writes what is due; true if the sink has gathered enough for one write and there may be more.</summary>
    public ValueTask<bool> SendAsync(ISyncSink sink, CancellationToken cancellationToken) => _outgoing.WriteAsync(sink, cancellationToken);

    /// <summary>Ends all subscriptions. Publishes that a home has taken go on; their answers are dropped.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var stream in _subscriptions.Keys) Drop(stream);
        return ValueTask.CompletedTask;
    }

    private void Hello(ClientMessage.Hello hello)
    {
        if (_hello is { } first && (first.Client != hello.Client || (hello.Session ?? first.Session) != first.Session))
        {
            Refuse(null, null, new Refusal(ErrorCode.InvalidMessage, "A second hello may renew the token, nothing else."));
            return;
        }
        _hello ??= hello;
        _outgoing.Answer(new ServerMessage.Welcome(
            1, new ProtocolLimits(_homeOptions.MaxEventBytes, _homeOptions.MaxBatchEvents, _homeOptions.MaxBatchBytes, _options.MaxStreams)));
    }

    private async ValueTask SubscribeAsync(ClientMessage.Subscribe subscribe, CancellationToken cancellationToken)
    {
        if (_subscriptions.Count >= _options.MaxStreams && !_subscriptions.ContainsKey(subscribe.Stream))
        {
            Refuse(subscribe.Stream, ErrorCode.TooLarge, $"A connection carries at most {_options.MaxStreams} streams.");
            return;
        }
        if (subscribe.Create is { } settings
            && await _homes.CreateAsync(subscribe.Stream, settings, cancellationToken).ConfigureAwait(false) is CreateResult.Refused notCreated)
        {
            Refuse(null, subscribe.Stream.Value, notCreated.Refusal);
            return;
        }

        // Watched before it is opened, so that the home that answers is the one that is followed.
        StreamWatch? watch = _homes.Watch(subscribe.Stream);
        try
        {
            var opened = await _homes.OpenAsync(subscribe.Stream, _hello!.Client, _hello.Session ?? 0, cancellationToken).ConfigureAwait(false);
            if (RefusalOf(subscribe, opened) is { } refusal)
            {
                Refuse(null, subscribe.Stream.Value, refusal);
                return;
            }
            Start(subscribe, (OpenResult.Opened)opened, watch);
            watch = null;
        }
        finally
        {
            watch?.Dispose();
        }
    }

    private static Refusal? RefusalOf(ClientMessage.Subscribe subscribe, OpenResult result) => result switch
    {
        OpenResult.Refused refused => refused.Refusal,
        OpenResult.Opened { Header: var header } when subscribe.Id is { } id && id != header.Id =>
            new Refusal(ErrorCode.Diverged, $"{header.Name} is {header.Id} now, not {id}: it was deleted or restored."),
        OpenResult.Opened { Header: var header } when subscribe.After > header.Head =>
            new Refusal(ErrorCode.Diverged, $"The head of {header.Name} is {header.Head}; nobody can hold it up to {subscribe.After}."),
        _ => null,
    };

    private void Start(ClientMessage.Subscribe subscribe, OpenResult.Opened opened, StreamWatch watch)
    {
        Drop(subscribe.Stream);
        var subscription = new Subscription(opened.Header, subscribe.After, watch, _outgoing, _options, End);
        _subscriptions[subscribe.Stream] = subscription;
        var (header, client) = (opened.Header, opened.Client);
        subscription.Start(new ServerMessage.Subscribed(header.Name, header.Id, header.Head, header.Settings, client.LastClientSeq, client.Nonce));
    }

    private void End(Subscription subscription, Refusal refusal)
    {
        if (!_subscriptions.TryRemove(KeyValuePair.Create(subscription.Stream, subscription))) return;
        subscription.Dispose();
        Refuse(null, subscription.Stream.Value, refusal);
    }

    private void Drop(StreamName stream)
    {
        if (_subscriptions.TryRemove(stream, out var subscription)) subscription.Dispose();
    }

    private async ValueTask PublishAsync(ClientMessage.Publish publish, CancellationToken cancellationToken)
    {
        await _publishes.WaitAsync(cancellationToken).ConfigureAwait(false);
        var request = new PublishRequest
        {
            Stream = publish.Stream,
            Client = _hello!.Client,
            Session = _hello.Session ?? 0,
            Nonce = publish.Nonce,
            Events = publish.Events,
            ShapeRefusal = publish.ShapeRefusal,
        };
        // The home has the batch once this call returns, before the next message is read; the answer may take its time.
        _homes.Publish(request, null, new PublishTicket(this, publish.Ref, publish.Stream));
    }

    private void Answer(PublishTicket publish, PublishResult result)
    {
        if (result is PublishResult.Published published) _outgoing.Answer(new ServerMessage.Published(publish.Ref, publish.Stream, published.Seqs));
        else Refuse(publish.Ref, publish.Stream.Value, ((PublishResult.Refused)result).Refusal);
        _publishes.Release();
    }

    private async ValueTask FetchAsync(ClientMessage.Fetch fetch, CancellationToken cancellationToken)
    {
        try
        {
            var header = await _homes.FindAsync(fetch.Stream, cancellationToken).ConfigureAwait(false);
            if (header is null)
            {
                Refuse(fetch.Ref, fetch.Stream.Value, new Refusal(ErrorCode.UnknownStream, $"There is no stream {fetch.Stream}."));
                return;
            }
            if (fetch.Ranges.Any(range => range.To > header.Head))
            {
                Refuse(fetch.Ref, fetch.Stream.Value, new Refusal(ErrorCode.InvalidMessage, $"The head of {fetch.Stream} is {header.Head}; there is nothing beyond it to fetch."));
                return;
            }
            await _fetches.WaitAsync(cancellationToken).ConfigureAwait(false);
            _outgoing.Add(new FetchAnswer(fetch, header.Id, _homes, _outgoing, _options, () => _fetches.Release()));
        }
        catch (StreamStoreException exception)
        {
            Refuse(fetch.Ref, fetch.Stream.Value, StoreRefusal.Of(exception));
        }
    }

    private void Signal(ClientMessage.Signal signal)
    {
        if (!_subscriptions.TryGetValue(signal.Stream, out var subscription))
        {
            Refuse(signal.Stream, ErrorCode.InvalidMessage, $"Subscribe to {signal.Stream} before you signal to its subscribers.");
            return;
        }
        if (signal.Data.Length > _homeOptions.MaxEventBytes)
        {
            Refuse(signal.Stream, ErrorCode.TooLarge, $"A signal has {signal.Data.Length} bytes of data; at most {_homeOptions.MaxEventBytes} are accepted.");
            return;
        }
        var buffer = new ArrayBufferWriter<byte>(128);
        ServerMessageCodec.Write(buffer, new ServerMessage.Signal(signal.Stream, _hello!.Client, signal.Data));
        subscription.Feed.Signal(subscription, buffer.WrittenMemory);
    }

    private void Refuse(StreamName stream, ErrorCode code, string message) => Refuse(null, stream.Value, new Refusal(code, message));

    private void Refuse(long? reference, string? stream, Refusal refusal) =>
        _outgoing.Answer(new ServerMessage.Error(reference, stream, refusal.Code.Name, refusal.Message, refusal.Code.IsRetryable));

    /// <summary>A publish whose answer is due; it comes on the home's thread, and only queues what is to be sent.</summary>
    private sealed class PublishTicket(SyncConnection connection, long reference, StreamName stream) : IHomeTicket
    {
        public long Ref => reference;

        public StreamName Stream => stream;

        public void Answer(HomeAnswer answer) => connection.Answer(this, StreamHomes.ResultOf(answer));
    }
}
