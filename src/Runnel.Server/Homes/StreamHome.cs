using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// The single writer of one stream: validates, deduplicates and numbers what arrives, hands it to the commit, and answers after it.
/// A state machine without clock, thread or I/O: <see cref="Handle"/> takes one input and says what to do. Not safe for use by
/// several threads at once.
/// </summary>
/// <remarks>
/// What is numbered runs ahead of what is durable: the next batch is numbered while the last is being written. Every answer waits
/// for the appends before it, also a refusal, because it may rest on them; if one of them fails, so does everything behind it.
/// </remarks>
public sealed class StreamHome
{
    // Such a batch is durable, but what was made of it may rest on what is not: a session, a rule.
    private static readonly Refusal BehindFailure = new(ErrorCode.Internal, "A commit before this one failed; whether this was stored is unknown, so send it again.");

    private readonly StreamName _stream;
    private readonly HomeOptions _options;
    private readonly IdSource _ids;
    private readonly Dictionary<ClientId, ClientState> _clients;
    private readonly Dictionary<CollectionName, HashSet<FieldName>> _named;
    private readonly Dictionary<ClientId, long> _openSessions = [];
    private readonly Queue<Flight> _inFlight = new();
    private readonly Queue<HomeRequest> _waiting = new();
    private Flight? _lastFlight;
    private StreamHeader? _header;
    private HomeRequest.Publish? _recalling;
    private Refusal? _failure;

    /// <summary>Makes the home of <paramref name="stream"/> as the store knows it; <paramref name="stored"/> is <c>null</c> for a stream that does not exist.</summary>
    public StreamHome(StreamName stream, StreamState? stored, HomeOptions options, IdSource ids)
    {
        _stream = stream;
        _options = options;
        _ids = ids;
        _header = stored?.Header;
        _clients = stored?.Clients ?? [];
        _named = stored?.Named ?? [];
        DurableHeader = _header;
    }

    /// <summary>What the stream durably is; <c>null</c> while it does not exist.</summary>
    public StreamHeader? DurableHeader { get; private set; }

    /// <summary>Whether nothing is in flight and nothing waits.</summary>
    public bool IsIdle => _inFlight.Count == 0 && _waiting.Count == 0 && _recalling is null && _failure is null;

    /// <summary>Takes one input and adds what to do about it to <paramref name="outputs"/>.</summary>
    public void Handle(HomeInput input, List<HomeOutput> outputs)
    {
        switch (input)
        {
            case HomeRequest request when _recalling is not null || _failure is not null: _waiting.Enqueue(request); break;
            case HomeRequest request: Begin(request, outputs); break;
            case HomeInput.Recalled recalled: FinishRecall(recalled.Events, outputs); break;
            case HomeInput.Committed: Land(outputs); break;
            case HomeInput.CommitFailed failed: Fail(failed.Refusal, outputs); break;
        }
    }

    private void Begin(HomeRequest request, List<HomeOutput> outputs)
    {
        switch (request)
        {
            case HomeRequest.Publish publish: Publish(publish, outputs); break;
            case HomeRequest.Create create: Create(create, outputs); break;
            case HomeRequest.Delete delete: Delete(delete, outputs); break;
            case HomeRequest.Open open: Open(open, outputs); break;
        }
    }

    private void Create(HomeRequest.Create create, List<HomeOutput> outputs)
    {
        if (_header is null)
        {
            _header = NewHeader(create.Settings, create.At);
            Send(new StreamAppend { Stream = _stream, StreamId = _header.Id, ExpectedHead = Seq.None, Header = _header },
                create, new HomeAnswer.Ready(_header, IsNew: true), outputs);
        }
        else if (_header.Settings.Equals(create.Settings))
        {
            Answer(create, new HomeAnswer.Ready(_header, IsNew: false), outputs);
        }
        else if (_header.Settings.MayBecome(create.Settings, IsNamed))
        {
            _header = _header with { Settings = create.Settings };
            Send(new StreamAppend { Stream = _stream, StreamId = _header.Id, ExpectedHead = _header.Head, Header = _header },
                create, new HomeAnswer.Ready(_header, IsNew: false), outputs);
        }
        else
        {
            Refuse(create, ErrorCode.SettingsConflict, $"{_stream} exists with the settings {_header.Settings}; rules may only be added for what no event has named.", outputs);
        }
    }

    private void Delete(HomeRequest.Delete delete, List<HomeOutput> outputs)
    {
        if (_header is null)
        {
            Refuse(delete, ErrorCode.UnknownStream, $"There is no stream {_stream}.", outputs);
            return;
        }
        var append = new StreamAppend { Stream = _stream, StreamId = _header.Id, ExpectedHead = _header.Head, IsDelete = true };
        _header = null;
        _clients.Clear();
        _named.Clear();
        _openSessions.Clear();
        Send(append, delete, new HomeAnswer.Deleted(), outputs);
    }

    private void Open(HomeRequest.Open open, List<HomeOutput> outputs)
    {
        if (_header is null)
        {
            Refuse(open, ErrorCode.UnknownStream, $"There is no stream {_stream}.", outputs);
            return;
        }
        if (open.Session > SessionOf(open.Client)) _openSessions[open.Client] = open.Session;
        Answer(open, new HomeAnswer.Opened(_header, _clients.GetValueOrDefault(open.Client, ClientState.New)), outputs);
    }

    private void Publish(HomeRequest.Publish publish, List<HomeOutput> outputs)
    {
        var request = publish.Request;
        if (publish.Chain is { IsBroken: true })
        {
            Refuse(publish, ErrorCode.Overloaded, "A batch that was sent before this one was refused; send this one again when that is mended.", outputs);
            return;
        }
        if (_header is null && !_options.CreatesStreamsOnPublish)
        {
            Refuse(publish, ErrorCode.UnknownStream, $"There is no stream {_stream}, and this server creates none on publish.", outputs);
            return;
        }
        if (request.Session < SessionOf(request.Client))
        {
            Refuse(publish, ErrorCode.StaleSession, $"Session {SessionOf(request.Client)} of {request.Client} has taken over from session {request.Session}.", outputs);
            return;
        }

        var settings = _header?.Settings ?? StreamSettings.Default;
        if ((request.ShapeRefusal ?? BatchRules.CheckShape(request.Events, settings) ?? BatchRules.CheckLimits(request.Events, _options)) is { } refusal)
        {
            RefuseAndKeepSession(publish, refusal, outputs);
            return;
        }

        if (BatchRules.CountKnown(request.Events, ClientOf(request)) == 0)
        {
            Append(publish, [], outputs);
            return;
        }
        _recalling = publish;
        RecallWhenLanded(outputs);
    }

    /// <summary>A resend is compared with what is stored, so everything numbered before it must be stored first.</summary>
    private void RecallWhenLanded(List<HomeOutput> outputs)
    {
        if (_recalling is not { Request: var request } || _inFlight.Count > 0) return;
        outputs.Add(new HomeOutput.Recall(request.Client, request.Events[0].ClientSeq!.Value, BatchRules.CountKnown(request.Events, ClientOf(request))));
    }

    private void FinishRecall(IReadOnlyList<StreamEvent> stored, List<HomeOutput> outputs)
    {
        var publish = _recalling!;
        _recalling = null;
        if (stored.Count != BatchRules.CountKnown(publish.Request.Events, ClientOf(publish.Request)))
        {
            throw new InvalidOperationException($"The store of {_stream} has lost events of {publish.Request.Client} that the home knows as stored.");
        }
        if (BatchRules.CheckContent(publish.Request.Events, stored) is { } conflict) RefuseAndKeepSession(publish, conflict, outputs);
        else Append(publish, [.. stored.Select(known => known.Seq)], outputs);
        Resume(outputs);
    }

    /// <summary>Numbers and sends the events behind the <paramref name="known"/> ones, which are stored already.</summary>
    private void Append(HomeRequest.Publish publish, IReadOnlyList<Seq> known, List<HomeOutput> outputs)
    {
        var request = publish.Request;
        var client = ClientOf(request);
        var head = _header?.Head ?? Seq.None;
        if ((BatchRules.CheckNumbers(request.Events, client) ?? BatchRules.CheckPreceding(request.Events, known.Count, client, head)) is { } refusal)
        {
            RefuseAndKeepSession(publish, refusal, outputs);
            return;
        }
        if (known.Count == request.Events.Count)
        {
            AnswerKeepingSession(publish, new HomeAnswer.Published(known, head), outputs);
            return;
        }

        var isNew = _header is null;
        _header ??= NewHeader(StreamSettings.Default, publish.At);
        var numbering = new BatchNumbering(request, client, known.Count, head, publish.At);
        _header = _header with { Head = numbering.Head };
        _clients[request.Client] = numbering.Run.After;
        Send(
            new StreamAppend
            {
                Stream = _stream,
                StreamId = _header.Id,
                ExpectedHead = head,
                Header = isNew ? _header : null,
                Events = numbering.Events,
                Runs = [numbering.Run],
                NewNames = TakeNewNames(request.Events) ?? (IReadOnlyList<NewName>)[],
            },
            publish,
            new HomeAnswer.Published(SeqsOf(known, head, numbering.Events.Count), numbering.Head),
            outputs);
    }

    private static Seq[] SeqsOf(IReadOnlyList<Seq> known, Seq head, int count)
    {
        var seqs = new Seq[known.Count + count];
        for (var i = 0; i < known.Count; i++) seqs[i] = known[i];
        for (var i = 0; i < count; i++) seqs[known.Count + i] = head + (i + 1);
        return seqs;
    }

    /// <summary>Notes what the events name for the first time; <c>null</c> if nothing, as nearly always.</summary>
    private List<NewName>? TakeNewNames(IReadOnlyList<EventDraft> events)
    {
        List<NewName>? names = null;
        foreach (var draft in events)
        {
            if (!_named.TryGetValue(draft.Key.Collection, out var fields))
            {
                _named.Add(draft.Key.Collection, fields = []);
                (names ??= []).Add(new NewName(draft.Key.Collection, null));
            }
            foreach (var change in draft.Fields.Changes)
            {
                if (fields.Add(change.Name)) (names ??= []).Add(new NewName(draft.Key.Collection, change.Name));
            }
        }
        return names;
    }

    private void RefuseAndKeepSession(HomeRequest.Publish publish, Refusal refusal, List<HomeOutput> outputs) =>
        AnswerKeepingSession(publish, new HomeAnswer.Refused(refusal), outputs);

    /// <summary>A session's first publish makes it durable, whatever becomes of the publish.</summary>
    private void AnswerKeepingSession(HomeRequest.Publish publish, HomeAnswer answer, List<HomeOutput> outputs)
    {
        var client = ClientOf(publish.Request);
        if (_header is null || publish.Request.Session <= client.Session)
        {
            Answer(publish, answer, outputs);
            return;
        }
        var raised = client with { Session = publish.Request.Session };
        _clients[publish.Request.Client] = raised;
        var run = new ClientRun(publish.Request.Client, raised.LastClientSeq + 1, 0, raised);
        Send(new StreamAppend { Stream = _stream, StreamId = _header.Id, ExpectedHead = _header.Head, Runs = [run] }, publish, answer, outputs);
    }

    private void Send(StreamAppend append, HomeRequest request, HomeAnswer answer, List<HomeOutput> outputs)
    {
        _lastFlight = new Flight(append, _header);
        _inFlight.Enqueue(_lastFlight);
        Answer(request, answer, outputs);
        outputs.Add(new HomeOutput.Append(append));
    }

    private void Answer(HomeRequest request, HomeAnswer result, List<HomeOutput> outputs)
    {
        if (result is HomeAnswer.Refused) BreakChain(request);
        if (_inFlight.Count == 0) outputs.Add(new HomeOutput.Answer(request.Ticket, result));
        else _lastFlight!.Answers.Add((request, result));
    }

    private void Refuse(HomeRequest request, ErrorCode code, string message, List<HomeOutput> outputs) =>
        Answer(request, new HomeAnswer.Refused(new Refusal(code, message)), outputs);

    private static void BreakChain(HomeRequest request) => (request as HomeRequest.Publish)?.Chain?.Break();

    private void Land(List<HomeOutput> outputs)
    {
        if (_failure is not null)
        {
            Fail(BehindFailure, outputs);
            return;
        }
        var flight = _inFlight.Dequeue();
        DurableHeader = flight.HeaderAfter;
        outputs.Add(DurableHeader is { } header ? new HomeOutput.Show(header, flight.Append.Events) : new HomeOutput.Remove());
        foreach (var (request, answer) in flight.Answers) outputs.Add(new HomeOutput.Answer(request.Ticket, answer));
        RecallWhenLanded(outputs);
    }

    private void Fail(Refusal refusal, List<HomeOutput> outputs)
    {
        _failure ??= refusal;
        foreach (var (request, _) in _inFlight.Dequeue().Answers)
        {
            BreakChain(request);
            outputs.Add(new HomeOutput.Answer(request.Ticket, new HomeAnswer.Refused(refusal)));
        }
        ReloadWhenLanded(outputs);
    }

    private void ReloadWhenLanded(List<HomeOutput> outputs)
    {
        if (_inFlight.Count > 0) return;
        if (_recalling is not null) outputs.Add(new HomeOutput.Reload([_recalling, .. _waiting]));
        else outputs.Add(new HomeOutput.Reload([.. _waiting]));
    }

    private void Resume(List<HomeOutput> outputs)
    {
        while (_recalling is null && _waiting.TryDequeue(out var request)) Begin(request, outputs);
    }

    private StreamHeader NewHeader(StreamSettings settings, DateTimeOffset at) => new(_stream, _ids.NewId(), at, settings, Seq.None);

    private ClientState ClientOf(PublishRequest request) => _clients.GetValueOrDefault(request.Client, ClientState.New);

    private long SessionOf(ClientId client) =>
        Math.Max(_openSessions.GetValueOrDefault(client), _clients.GetValueOrDefault(client, ClientState.New).Session);

    private bool IsNamed(CollectionName collection, FieldName? field) =>
        _named.TryGetValue(collection, out var fields) && (field is not { } name || fields.Contains(name));

    /// <summary>An append on its way to the disk, with what to answer once it is there.</summary>
    private sealed class Flight(StreamAppend append, StreamHeader? headerAfter)
    {
        public StreamAppend Append { get; } = append;
        public StreamHeader? HeaderAfter { get; } = headerAfter;
        public List<(HomeRequest Request, HomeAnswer Answer)> Answers { get; } = new(1);   // its own, and those of refusals behind it
    }
}
