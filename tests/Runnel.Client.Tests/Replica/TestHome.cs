using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Client.Tests.Replica;

/// <summary>A server with one stream: the real home, its commits at once, and its connections by hand. It has one thread and no clock.</summary>
internal sealed class TestHome
{
    public static readonly StreamName Stream = StreamName.Parse("todo:home");

    private static readonly DateTimeOffset At = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProtocolLimits Limits = new(64 * 1024, 1_000, 1024 * 1024, 1_000);

    private readonly StreamHome _home = new(Stream, null, new HomeOptions { CreatesStreamsOnPublish = true }, IdSource.System);
    private readonly List<TestConnection> _connections = [];
    private readonly Dictionary<object, HomeAnswer> _answers = [];

    /// <summary>What is stored, in order.</summary>
    public List<StreamEvent> Stored { get; } = [];

    /// <summary>What an authorizer would refuse for good; nothing by default.</summary>
    public Func<EventDraft, Refusal?> Refuses { get; set; } = _ => null;

    /// <summary>What the next publish is answered without being looked at; <c>null</c> for nothing unusual.</summary>
    public string? NextAnswer { get; set; }

    /// <summary>The most events of a frame.</summary>
    public int FrameEvents { get; set; } = 1_000;

    public StreamHeader? Header => _home.DurableHeader;

    public ProtocolLimits ClientLimits { get; set; } = Limits;

    /// <summary>All that is stored, merged from the beginning.</summary>
    public RecordSet State
    {
        get
        {
            var state = new RecordSet(Header?.Settings ?? StreamSettings.Default);
            foreach (var stored in Stored) state.Apply(stored);
            return state;
        }
    }

    public TestConnection Connect(ClientId client, long session)
    {
        var connection = new TestConnection(client, session);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>Takes the oldest message of a connection, be it still open or not.</summary>
    public void TakeNext(TestConnection connection) => Take(connection, connection.Up.Dequeue());

    public void Create(StreamSettings settings) => Ask(ticket => new HomeRequest.Create(ticket, settings, At));

    /// <summary>Publishes as another client, by hand.</summary>
    public void Publish(string client, params EventDraft[] events) =>
        Assert.IsType<HomeAnswer.Published>(Ask(ticket => new HomeRequest.Publish(ticket, new PublishRequest { Stream = Stream, Client = ClientId.Parse(client), Events = events }, At)));

    /// <summary>The stream is lost, and another of its name takes its place.</summary>
    public void Replace()
    {
        Ask(ticket => new HomeRequest.Delete(ticket));
        Stored.Clear();
        Create(StreamSettings.Default);
    }

    private void Take(TestConnection connection, ClientMessage message)
    {
        switch (message)
        {
            case ClientMessage.Subscribe subscribe: TakeSubscribe(connection, subscribe); break;
            case ClientMessage.Publish publish: TakePublish(connection, publish); break;
            case ClientMessage.Fetch fetch:
                foreach (var range in fetch.Ranges)
                {
                    connection.Say(new ServerMessage.Fetched(fetch.Ref, Stream, range.From, range.To, [.. Stored.Where(stored => range.Contains(stored.Seq))], range == fetch.Ranges[^1]));
                }
                break;
        }
    }

    private void TakeSubscribe(TestConnection connection, ClientMessage.Subscribe subscribe)
    {
        if (subscribe.Create is { } settings && Ask(ticket => new HomeRequest.Create(ticket, settings, At)) is HomeAnswer.Refused notCreated)
        {
            connection.Refuse(null, notCreated.Refusal);
            return;
        }
        if (Ask(ticket => new HomeRequest.Open(ticket, connection.Client, connection.Session)) is not HomeAnswer.Opened opened)
        {
            connection.Refuse(null, new Refusal(ErrorCode.UnknownStream, "There is no such stream."));
            return;
        }
        if ((subscribe.Id is { } id && id != opened.Header.Id) || subscribe.After > opened.Header.Head)
        {
            connection.Refuse(null, new Refusal(ErrorCode.Diverged, "What the client holds is not this stream."));
            return;
        }
        connection.Say(new ServerMessage.Subscribed(Stream, opened.Header.Id, opened.Header.Head, opened.Header.Settings, opened.Client.LastClientSeq, opened.Client.Nonce));
        connection.Cursor = subscribe.After;
        Push(connection);
    }

    private void TakePublish(TestConnection connection, ClientMessage.Publish publish)
    {
        if (NextAnswer is { } code)
        {
            NextAnswer = null;
            Assert.True(ErrorCode.TryParse(code, out var known));
            connection.Refuse(publish.Ref, new Refusal(known, $"The test says {code}."));
            return;
        }
        var request = new PublishRequest { Stream = Stream, Client = connection.Client, Session = connection.Session, Nonce = publish.Nonce, Events = publish.Events };
        if (publish.Events.Select(Refuses).FirstOrDefault(refused => refused is not null) is { } refusal)
        {
            // The home looks at the session before anybody looks at the content.
            var probe = Ask(ticket => new HomeRequest.Publish(ticket, request with { Events = [] }, At));
            connection.Refuse(publish.Ref, probe is HomeAnswer.Refused { Refusal: { } first } && first.Code == ErrorCode.StaleSession ? first : refusal);
            return;
        }
        switch (Ask(ticket => new HomeRequest.Publish(ticket, request, At)))
        {
            case HomeAnswer.Published published: connection.Say(new ServerMessage.Published(publish.Ref, Stream, published.Seqs)); break;
            case HomeAnswer.Refused refused: connection.Refuse(publish.Ref, refused.Refusal); break;
        }
        foreach (var follower in _connections.Where(follower => follower.Cursor is not null)) Push(follower);
    }

    private void Push(TestConnection connection)
    {
        while (connection.Cursor is { } cursor && cursor.Value < Stored.Count)
        {
            var events = Stored.Skip((int)cursor.Value).Take(FrameEvents).ToList();
            connection.Say(new ServerMessage.Events(Stream, cursor.Next, events[^1].Seq, events));
            connection.Cursor = events[^1].Seq;
        }
    }

    private HomeAnswer Ask(Func<object, HomeRequest> request)
    {
        var ticket = new object();
        Tell(request(ticket));
        _answers.Remove(ticket, out var answer);
        foreach (var follower in _connections.Where(follower => follower.Cursor is not null)) Push(follower);
        return answer!;
    }

    private void Tell(HomeInput input)
    {
        var outputs = new List<HomeOutput>();
        _home.Handle(input, outputs);
        foreach (var output in outputs)
        {
            switch (output)
            {
                case HomeOutput.Append append:
                    Stored.AddRange(append.Write.Events.Select(encoded => EventCodec.ParseStored(encoded.Json.Span)));
                    Tell(new HomeInput.Committed());
                    break;
                case HomeOutput.Answer answer: _answers.Add(answer.Ticket, answer.Result); break;
                case HomeOutput.Recall recall:
                    Tell(new HomeInput.Recalled([.. Stored.Where(stored => stored.Client == recall.Client && stored.Event.ClientSeq >= recall.FirstClientSeq).Take(recall.Count)]));
                    break;
            }
        }
    }
}
