using System.Globalization;
using System.Text;
using Runnel.Records;
using Runnel.Server.Stores;
using Runnel.Testing.Simulation;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Tests.Simulation.Oracle;

/// <summary>Lies to the oracle, one lie a test, and hears which promise that breaks.</summary>
public sealed class SimulationOracleTests
{
    private static readonly StreamName Stream = StreamName.Parse("todo");

    private readonly SimulationContext _context = new(seed: 1, traceLines: 10);
    private readonly SimulatedDisk _disk = new();
    private readonly InMemoryStreamStore _store;
    private readonly SimulationOracle _oracle;
    private readonly SimulatedConnection _connection;
    private readonly Edit _first = NewEdit(1), _second = NewEdit(2), _third = NewEdit(3), _wrong = NewEdit(1_000);
    private int _head;

    public SimulationOracleTests()
    {
        _store = new InMemoryStreamStore(_disk);
        _oracle = new SimulationOracle(_context, _disk);
        var network = new SimulatedNetwork(_context, SwarmSettings.Draw(_context.Chance, SimulatedFaults.None, new SimulationScale()), new NoServer());
        _connection = new SimulatedConnection(_context, network, network.Link("ada"), new Nobody());
        _oracle.SessionBegins("ada", 1);
        Send(1, "nonce 1", [], _first, _second);
        Send(2, "nonce 2", [], _third);
        Send(3, "nonce 3", ["client_seq_gap"], _wrong);
    }

    [Fact]
    public void The_truth_breaks_nothing()
    {
        Commit(Json(1, _first), Json(2, _second));
        Says("""{"type":"published","ref":1,"stream":"todo","seqs":[1,2]}""");
        Says("""{"type":"events","stream":"todo","from":1,"to":2,"events":[]}""");
        Says("""{"type":"subscribed","stream":"todo","id":"id","head":2,"settings":{},"lastClientSeq":2,"nonce":"nonce 1"}""");
        Says("""{"type":"error","ref":3,"stream":"todo","code":"client_seq_gap","message":"","retryable":false}""");
        Says("""{"type":"error","ref":2,"stream":"todo","code":"overloaded","message":"","retryable":true}""");
        Commit(Json(3, _third));
        Says("""{"type":"published","ref":2,"stream":"todo","seqs":[3]}""");
        _oracle.ReaderTakes("bob", "todo", "id", Observed(1, _first));
        _oracle.Finish();

        Assert.Null(_context.Broken);
        Assert.Equal(3, _oracle.Acknowledged);
    }

    [Fact]
    public void Half_a_batch() => Breaks(Promise.AtomicBatches, () => Commit(Json(1, _first)));

    [Fact]
    public void A_batch_with_something_in_between()
    {
        var other = NewEdit(1, "bob");
        SendAs("bob", 1, other);

        Breaks(Promise.AtomicBatches, () => Commit(Json(1, _first), Json(2, other), Json(3, _second)));
    }

    [Fact]
    public void The_rest_of_a_batch_whose_beginning_is_stored_is_whole()
    {
        Commit(Json(1, _first), Json(2, _second));
        Send(4, "nonce 4", [], _second, _third);

        Commit(Json(3, _third));

        Assert.Null(_context.Broken);
    }

    [Fact]
    public void An_event_twice()
    {
        Commit(Json(1, _first), Json(2, _second));

        Breaks(Promise.ExactlyOnce, () => Commit(Json(3, _first), Json(4, _second)));
    }

    [Fact]
    public void An_event_by_hand_more_often_than_it_arrived()
    {
        var edit = new Edit("todo", "bob", null, null, "insert", "by hand");
        var batch = SendAs("bob", 1, edit);
        _oracle.Arrives(batch);
        _oracle.Arrives(batch);
        Commit(Json(1, edit, clientSeq: 1), Json(2, edit, clientSeq: 2));
        Assert.Null(_context.Broken);

        Breaks(Promise.ExactlyOnce, () => Commit(Json(3, edit, clientSeq: 3)));
    }

    [Fact]
    public void A_value_that_was_written_once_and_is_stored_by_two_events()
    {
        _oracle.Edits.Writes("\"milk\"", isOnly: true);
        var (one, other) = (DeviceEdit(1, "{\"title\":\"milk\"}"), DeviceEdit(2, "{\"title\":\"milk\"}"));
        SendAs("ann", 1, one);
        SendAs("ann", 2, other);
        Commit(Json(1, one));

        Breaks(Promise.ExactlyOnce, () => Commit(Json(2, other, precedingSeq: 0)));
    }

    [Fact]
    public void A_number_left_out_in_the_stream() => Breaks(Promise.Gapless, () => Commit(Json(1, _first), Json(3, _second)));

    [Fact]
    public void A_number_given_twice() => Breaks(Promise.NeverReused, () => Commit(Json(1, _first), Json(1, _second)));

    [Fact]
    public void A_number_left_out_by_an_author() => Breaks(Promise.AuthorsOrder, () => Commit(Json(1, _third)));

    [Fact]
    public void An_author_who_is_said_to_have_seen_more_than_it_had() =>
        Breaks(Promise.NothingInvented, () => Commit(Json(1, _first, precedingSeq: 1), Json(2, _second)));

    [Fact]
    public void What_nobody_sent() => Breaks(Promise.NothingInvented, () => Commit(Json(1, NewEdit(1, "eve"))));

    [Fact]
    public void What_was_sent_otherwise() => Breaks(Promise.NothingInvented, () => Commit(Json(1, _first with { Title = "other" }), Json(2, _second)));

    [Fact]
    public void What_is_wrong_and_stored() => Breaks(Promise.WrongIsRefused, () => Commit(Json(1, _wrong)));

    [Fact]
    public void What_is_wrong_and_acknowledged() => Breaks(Promise.WrongIsRefused, () => Says("""{"type":"published","ref":3,"stream":"todo","seqs":[1]}"""));

    [Fact]
    public void What_is_wrong_and_refused_for_another_reason() =>
        Breaks(Promise.WrongIsRefused, () => Says("""{"type":"error","ref":3,"stream":"todo","code":"too_large","message":"","retryable":false}"""));

    [Fact]
    public void What_is_right_and_refused_for_good() =>
        Breaks(Promise.RightIsAccepted, () => Says("""{"type":"error","ref":1,"stream":"todo","code":"client_seq_conflict","message":"","retryable":false}"""));

    [Fact]
    public void A_gap_where_none_is()
    {
        Commit(Json(1, _first), Json(2, _second));
        _oracle.Arrives(Send(4, null, [], _third));
        Says("""{"type":"error","ref":4,"stream":"todo","code":"client_seq_gap","message":"","retryable":false}""");
        Assert.Null(_context.Broken);   // nothing before it was acknowledged yet, so it may have overtaken

        Says("""{"type":"published","ref":1,"stream":"todo","seqs":[1,2]}""");
        _oracle.Arrives(Send(5, null, [], _third));
        Breaks(Promise.RightIsAccepted, () => Says("""{"type":"error","ref":5,"stream":"todo","code":"client_seq_gap","message":"","retryable":false}"""));
    }

    [Fact]
    public void A_stale_session_that_is_the_latest() =>
        Breaks(Promise.RightIsAccepted, () => Says("""{"type":"error","ref":1,"stream":"todo","code":"stale_session","message":"","retryable":false}"""));

    [Fact]
    public void A_session_that_another_has_overtaken_is_stale_by_right()
    {
        _oracle.SessionBegins("ada", 2);

        Says("""{"type":"error","ref":1,"stream":"todo","code":"stale_session","message":"","retryable":false}""");

        Assert.Null(_context.Broken);
    }

    [Fact]
    public void An_acknowledgement_before_the_commit() => Breaks(Promise.AcknowledgedIsDurable, () => Says("""{"type":"published","ref":1,"stream":"todo","seqs":[1,2]}"""));

    [Fact]
    public void An_acknowledgement_with_other_numbers()
    {
        Commit(Json(1, _first), Json(2, _second));

        Breaks(Promise.ExactlyOnce, () => Says("""{"type":"published","ref":1,"stream":"todo","seqs":[2,3]}"""));
    }

    [Fact]
    public void An_acknowledgement_in_a_session_that_is_not_durable()
    {
        CommitIn(session: 0, Json(1, _first), Json(2, _second));

        Breaks(Promise.SessionsAreDurable, () => Says("""{"type":"published","ref":1,"stream":"todo","seqs":[1,2]}"""));
    }

    [Fact]
    public void A_frame_before_the_commit() => Breaks(Promise.ReadersSeeDurableOnly, () => Says("""{"type":"events","stream":"todo","from":1,"to":1,"events":[]}"""));

    [Fact]
    public void A_reader_that_sees_what_is_not_stored()
    {
        Commit(Json(1, _first), Json(2, _second));

        Breaks(Promise.ReadersSeeDurableOnly, () => _oracle.ReaderTakes("bob", "todo", "id", Observed(3, _third)));
    }

    [Fact]
    public void A_reader_that_sees_something_else()
    {
        Commit(Json(1, _first), Json(2, _second));

        Breaks(Promise.NothingInvented, () => _oracle.ReaderTakes("bob", "todo", "id", Observed(1, _second)));
    }

    [Theory]
    [InlineData(1, "nonce 1")]
    [InlineData(3, "nonce 1")]
    [InlineData(2, "nonce 2")]
    public void A_client_that_is_told_something_else_of_itself(int lastClientSeq, string nonce)
    {
        Commit(Json(1, _first), Json(2, _second));
        Says("""{"type":"published","ref":1,"stream":"todo","seqs":[1,2]}""");

        Breaks(Promise.ResumesTruly, () => Says($$$"""{"type":"subscribed","stream":"todo","id":"id","head":2,"settings":{},"lastClientSeq":{{{lastClientSeq}}},"nonce":"{{{nonce}}}"}"""));
    }

    [Fact]
    public void A_head_that_is_not_durable()
    {
        Commit(Json(1, _first), Json(2, _second));

        Breaks(Promise.ReadersSeeDurableOnly, () => Says("""{"type":"subscribed","stream":"todo","id":"id","head":3,"settings":{},"lastClientSeq":2,"nonce":"nonce 1"}"""));
    }

    [Fact]
    public void A_stream_that_is_another_without_having_been_deleted()
    {
        Commit(Json(1, _first), Json(2, _second));

        Breaks(Promise.ResumesTruly, () => Says("""{"type":"subscribed","stream":"todo","id":"other","head":2,"settings":{},"lastClientSeq":2,"nonce":"nonce 1"}"""));
    }

    [Fact]
    public void A_deletion_that_is_not_durable() => Breaks(Promise.AcknowledgedIsDurable, () => _oracle.DeletionAnswered("todo"));

    [Fact]
    public void An_edit_that_is_never_acknowledged() => Breaks(Promise.Live, _oracle.Finish);

    private static Edit NewEdit(long clientSeq, string client = "ada") => new("todo", client, clientSeq, 0, "insert", $"{client}-{clientSeq}");

    private static Edit DeviceEdit(long clientSeq, string fields) => new("todo", "ann", clientSeq, 0, "update", "shared") { FieldsSent = fields };

    private static ObservedEvent Observed(long seq, Edit edit) => ObservedEvent.Read(Encoding.UTF8.GetBytes(Json(seq, edit)));

    private static string Json(long seq, Edit edit, long? clientSeq = null, long? precedingSeq = null) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"seq":{{seq}},"client":"{{edit.Client}}","at":"2026-11-22T10:00:00.000Z","clientSeq":{{edit.ClientSeq ?? clientSeq}},"precedingSeq":{{precedingSeq ?? edit.PrecedingSeq ?? seq - 1}},"op":"{{edit.Op}}","collection":"task","id":"{{edit.Id}}","fields":{{edit.Fields}} }""");

    private SentBatch Send(long reference, string? nonce, string[] wrong, params Edit[] edits) =>
        Send(new SentBatch { Client = "ada", Stream = "todo", Ref = reference, Connection = 1, Session = 1, Nonce = nonce, Edits = edits, Wrong = wrong });

    private SentBatch SendAs(string client, long reference, params Edit[] edits) =>
        Send(new SentBatch { Client = client, Stream = "todo", Ref = reference, Connection = 2, Session = 0, Nonce = null, Edits = edits });

    private SentBatch Send(SentBatch batch)
    {
        _oracle.Sends(batch);
        return batch;
    }

    private void Commit(params string[] events) => CommitIn(session: 1, events);

    private void CommitIn(long session, params string[] events)
    {
        var append = new StreamAppend
        {
            Stream = Stream,
            StreamId = "id",
            ExpectedHead = new Seq(_head),
            Header = _head == 0 ? new StreamHeader(Stream, "id", DateTimeOffset.UnixEpoch, StreamSettings.Default, Seq.None) : null,
            Events = [.. events.Select((json, i) => new EncodedEvent(new Seq(_head + i + 1), Encoding.UTF8.GetBytes(json)))],
            Runs = [new ClientRun(ClientId.Parse("ada"), 1, 0, new ClientState(0, Seq.None, session, null))],
        };
        _head += events.Length;
        var commit = _store.CommitAsync([append], TestContext.Current.CancellationToken).AsTask();
        Assert.True(commit.IsCompletedSuccessfully);
        _oracle.LookAtDisk();
    }

    private void Says(string message) => _oracle.ServerSays(_connection, Encoding.UTF8.GetBytes(message));

    private sealed class NoServer : IServerPort
    {
        public IConnectionEnd? Accept(SimulatedConnection connection) => null;
    }

    private sealed class Nobody : IClientEnd
    {
        public void Connected(SimulatedConnection connection) { }

        public void Received(SimulatedConnection connection, ReadOnlyMemory<byte> frame) { }

        public void Closed(SimulatedConnection connection) { }
    }

    private void Breaks(Promise promise, Action lie)
    {
        Assert.Null(_context.Broken);
        lie();
        Assert.Equal(promise, _context.Broken?.Promise);
    }
}
