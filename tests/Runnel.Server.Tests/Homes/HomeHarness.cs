using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Server.Tests.Homes;

/// <summary>Plays the shell of one home by hand: appends wait until a test lands or fails them; recalls are answered from what landed.</summary>
internal sealed class HomeHarness
{
    public static readonly StreamName Stream = StreamName.Parse("todo:home");
    public static readonly DateTimeOffset At = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly StreamHome _home;
    private readonly Queue<StreamAppend> _inFlight = new();
    private readonly Dictionary<object, HomeAnswer> _answers = [];

    public HomeHarness(StreamState? stored = null, Action<HomeOptions>? configure = null)
    {
        var options = new HomeOptions();
        configure?.Invoke(options);
        _home = new StreamHome(Stream, stored, options, IdSource.System);
    }

    public List<StreamAppend> Written { get; } = [];

    public List<StreamEvent> Stored { get; } = [];

    public List<Seq> Shown { get; } = [];

    public int InFlight => _inFlight.Count;

    public HomeOutput.Reload? Reload { get; private set; }

    public bool IsIdle => _home.IsIdle;

    public StreamHeader? DurableHeader => _home.DurableHeader;

    /// <summary>What was answered to <paramref name="ticket"/>; null while the home owes the answer.</summary>
    public HomeAnswer? AnswerTo(object ticket) => _answers.GetValueOrDefault(ticket);

    public string Publish(string client, params EventDraft[] events) => Publish(client, 0, null, events);

    public string Publish(string client, long session, string? nonce, params EventDraft[] events)
    {
        var ticket = $"{client}#{_answers.Count}#{Guid.NewGuid()}";
        var request = new PublishRequest { Stream = Stream, Client = ClientId.Parse(client), Session = session, Nonce = nonce, Events = events };
        Tell(new HomeRequest.Publish(ticket, request, At));
        return ticket;
    }

    public T Ask<T>(Func<object, HomeRequest> request) where T : HomeAnswer
    {
        var ticket = new object();
        Tell(request(ticket));
        LandAll();
        return Assert.IsType<T>(_answers[ticket]);
    }

    /// <summary>Publishes, lets everything land, and gives the seqs.</summary>
    public long[] PublishAndLand(string client, params EventDraft[] events)
    {
        var ticket = Publish(client, events);
        LandAll();
        return [.. Assert.IsType<HomeAnswer.Published>(AnswerTo(ticket)).Seqs.Select(seq => seq.Value)];
    }

    public ErrorCode RefusalOf(object ticket) => Assert.IsType<HomeAnswer.Refused>(AnswerTo(ticket)).Refusal.Code;

    public void Tell(HomeInput input)
    {
        var outputs = new List<HomeOutput>();
        _home.Handle(input, outputs);
        foreach (var output in outputs) Do(output);
    }

    public void Land()
    {
        var append = _inFlight.Dequeue();
        Written.Add(append);
        Stored.AddRange(append.Events.Select(encoded => EventCodec.ParseStored(encoded.Json.Span)));
        if (append.IsDelete) Stored.Clear();
        Tell(new HomeInput.Committed());
    }

    public void LandAll()
    {
        while (_inFlight.Count > 0) Land();
    }

    public void Fail()
    {
        _inFlight.Dequeue();
        Tell(new HomeInput.CommitFailed(new Refusal(ErrorCode.StorageFull, "full")));
    }

    private void Do(HomeOutput output)
    {
        switch (output)
        {
            case HomeOutput.Append append: _inFlight.Enqueue(append.Write); break;
            case HomeOutput.Answer answer: _answers.Add(answer.Ticket, answer.Result); break;
            case HomeOutput.Show show: Shown.AddRange(show.Events.Select(encoded => encoded.Seq)); break;
            case HomeOutput.Reload reload: Reload = reload; break;
            case HomeOutput.Recall recall:
                Assert.Equal(0, InFlight);
                Tell(new HomeInput.Recalled([.. Stored
                    .Where(stored => stored.Client == recall.Client && stored.Event.ClientSeq >= recall.FirstClientSeq)
                    .Take(recall.Count)]));
                break;
        }
    }
}
