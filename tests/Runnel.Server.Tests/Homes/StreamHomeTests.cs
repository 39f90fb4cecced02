using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Server.Tests.Homes;

public class StreamHomeTests
{
    private static readonly ObjectKey Milk = new(CollectionName.Parse("task"), ObjectId.Parse("milk"));

    private readonly HomeHarness _home = new();

    [Fact]
    public void Events_are_numbered_from_one_without_a_gap()
    {
        Assert.Equal([1, 2], _home.PublishAndLand("phone", Set(1, 0, "a"), Set(2, 0, "b")));
        Assert.Equal([3], _home.PublishAndLand("tablet", Set(1, 2, "c")));

        Assert.Equal([1, 2, 3], _home.Shown.Select(seq => seq.Value));
        Assert.Equal([Seq.None, new Seq(2)], _home.Written.Select(append => append.ExpectedHead));
    }

    [Fact]
    public void Nothing_is_answered_or_shown_before_it_is_durable()
    {
        var first = _home.Publish("phone", Set(1, 0, "a"));
        var second = _home.Publish("phone", Set(2, 0, "b"));
        var refused = _home.Publish("phone", Set(9, 0, "c"));

        Assert.Equal(2, _home.InFlight);
        Assert.Null(_home.AnswerTo(first));
        Assert.Null(_home.AnswerTo(refused));
        Assert.Empty(_home.Shown);

        _home.Land();
        Assert.IsType<HomeAnswer.Published>(_home.AnswerTo(first));
        Assert.Null(_home.AnswerTo(second));
        Assert.Equal([1], _home.Shown.Select(seq => seq.Value));

        _home.Land();
        Assert.IsType<HomeAnswer.Published>(_home.AnswerTo(second));
        Assert.Equal(ErrorCode.ClientSeqGap, _home.RefusalOf(refused));
    }

    [Fact]
    public void A_resend_gets_the_seqs_of_the_first_time_and_stores_nothing()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"), Set(2, 0, "b"));
        _home.PublishAndLand("tablet", Set(1, 0, "x"));

        Assert.Equal([1, 2], _home.PublishAndLand("phone", Set(1, 0, "a"), Set(2, 0, "b")));
        Assert.Equal([2], _home.PublishAndLand("phone", Set(2, 0, "b")));
        Assert.Equal(3, _home.Stored.Count);
    }

    [Fact]
    public void A_resend_of_what_is_still_being_written_waits_for_it()
    {
        var first = _home.Publish("phone", Set(1, 0, "a"));
        var again = _home.Publish("phone", Set(1, 0, "a"));
        var behind = _home.Publish("tablet", Set(1, 0, "x"));

        Assert.Equal(1, _home.InFlight);
        _home.LandAll();

        Assert.Equal([new Seq(1)], Assert.IsType<HomeAnswer.Published>(_home.AnswerTo(first)).Seqs);
        Assert.Equal([new Seq(1)], Assert.IsType<HomeAnswer.Published>(_home.AnswerTo(again)).Seqs);
        Assert.Equal([new Seq(2)], Assert.IsType<HomeAnswer.Published>(_home.AnswerTo(behind)).Seqs);
    }

    [Fact]
    public void A_batch_may_overlap_what_is_stored()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"), Set(2, 0, "b"));

        Assert.Equal([2, 3, 4], _home.PublishAndLand("phone", Set(2, 0, "b"), Set(3, 1, "c"), Set(4, 2, "d")));
    }

    [Fact]
    public void A_used_number_with_other_content_is_a_conflict()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"), Set(2, 0, "b"));

        Refuses(ErrorCode.ClientSeqConflict, Set(2, 0, "other"));
        Refuses(ErrorCode.ClientSeqConflict, Set(2, 1, "b"));
        Refuses(ErrorCode.ClientSeqConflict, Set(2, 0, "b") with { Blind = true });
        Refuses(ErrorCode.ClientSeqConflict, Set(2, 0, "other"), Set(3, 0, "c"));
        Assert.Equal(2, _home.Stored.Count);
    }

    [Fact]
    public void A_skipped_number_is_refused_and_uses_nothing_up()
    {
        Refuses(ErrorCode.ClientSeqGap, Set(2, 0, "a"));
        Refuses(ErrorCode.ClientSeqGap, Set(1, 0, "a"), Set(3, 0, "b"));
        Refuses(ErrorCode.InvalidEvent, Set(1, 0, "a"), Set(1, 0, "b"));

        Assert.Equal([1], _home.PublishAndLand("phone", Set(1, 0, "a")));
    }

    [Fact]
    public void What_an_author_claims_to_have_seen_is_checked()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"), Set(2, 0, "b"));

        Refuses(ErrorCode.FuturePrecedingSeq, Set(3, 3, "c"));
        Assert.Equal([3], _home.PublishAndLand("phone", Set(3, 2, "c")));
        Refuses(ErrorCode.PrecedingSeqRegressed, Set(4, 1, "d"));
        Refuses(ErrorCode.PrecedingSeqRegressed, Set(4, 3, "d"), Set(5, 2, "e"));
        Refuses(ErrorCode.FuturePrecedingSeq, Set(4, 3, "d"), Set(5, 4, "e"));
    }

    [Fact]
    public void By_hand_the_numbers_may_be_left_out()
    {
        Assert.Equal([1, 2], _home.PublishAndLand("curl", Set(null, null, "a"), Set(null, null, "a")));
        Assert.Equal([3], _home.PublishAndLand("curl", Set(3, null, "b")));
        _home.PublishAndLand("phone", Set(1, 3, "c"));

        Assert.Equal([3], _home.PublishAndLand("curl", Set(3, null, "b")));
        Assert.Equal(new Seq(2), _home.Stored[2].Event.PrecedingSeq);
    }

    [Fact]
    public void A_lower_session_may_no_longer_publish()
    {
        _home.Publish("phone", 5, "n1", Set(1, 0, "a"));
        var late = _home.Publish("phone", 4, "n0", Set(2, 0, "late"));
        var none = _home.Publish("phone", Set(2, 0, "late"));
        _home.LandAll();

        Assert.Equal(ErrorCode.StaleSession, _home.RefusalOf(late));
        Assert.Equal(ErrorCode.StaleSession, _home.RefusalOf(none));
        Assert.Equal(new ClientState(1, Seq.None, 5, "n1"), _home.Written[^1].Runs[0].After);
    }

    [Fact]
    public void A_refused_publish_makes_its_session_durable()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"));
        var refused = _home.Publish("phone", 7, "n7", Set(5, 0, "gap"));

        Assert.Null(_home.AnswerTo(refused));
        _home.LandAll();

        Assert.Equal(ErrorCode.ClientSeqGap, _home.RefusalOf(refused));
        var run = Assert.Single(_home.Written[^1].Runs);
        Assert.Equal((0, 2L, 7L), (run.Count, run.FirstClientSeq, run.After.Session));
        Assert.Null(run.After.Nonce);
    }

    [Fact]
    public void An_opened_session_shuts_the_older_ones_out_before_it_publishes()
    {
        _home.Publish("phone", 1, "n1", Set(1, 0, "a"));
        var opened = _home.Ask<HomeAnswer.Opened>(ticket => new HomeRequest.Open(ticket, ClientId.Parse("phone"), 2));

        var late = _home.Publish("phone", 1, "n1", Set(2, 0, "late"));

        Assert.Equal((1L, "n1"), (opened.Client.LastClientSeq, opened.Client.Nonce));
        Assert.Equal(ErrorCode.StaleSession, _home.RefusalOf(late));
    }

    [Fact]
    public void A_stale_session_is_answered_before_a_bad_shape()
    {
        _home.Publish("phone", 3, null, Set(1, 0, "a"));
        _home.LandAll();
        var ticket = new object();
        _home.Tell(new HomeRequest.Publish(ticket, BadShape(session: 2), HomeHarness.At));
        Assert.Equal(ErrorCode.StaleSession, _home.RefusalOf(ticket));

        ticket = new object();
        _home.Tell(new HomeRequest.Publish(ticket, BadShape(session: 3), HomeHarness.At));
        Assert.Equal(ErrorCode.InvalidEvent, _home.RefusalOf(ticket));
    }

    [Fact]
    public void A_failed_commit_fails_everything_numbered_behind_it_and_reloads()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"));
        var first = _home.Publish("phone", Set(2, 0, "b"));
        var second = _home.Publish("tablet", Set(1, 0, "x"));
        _home.Fail();
        var waits = _home.Publish("phone", Set(2, 0, "b"));

        Assert.Equal(ErrorCode.StorageFull, _home.RefusalOf(first));
        Assert.Null(_home.Reload);

        _home.Fail();
        Assert.Equal(ErrorCode.StorageFull, _home.RefusalOf(second));
        Assert.Equal([waits], Assert.IsType<HomeOutput.Reload>(_home.Reload).Waiting.Select(request => request.Ticket));
        Assert.Equal([1], _home.Shown.Select(seq => seq.Value));
    }

    [Fact]
    public void What_lands_behind_a_failed_commit_counts_for_nothing_until_the_home_is_read_again()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"));
        var lost = _home.Publish("phone", 7, null, Set(9, 0, "gap"));
        var landed = _home.Publish("tablet", 5, null, Set(9, 0, "gap"));
        var again = _home.Publish("phone", 7, null, Set(9, 0, "gap"));
        _home.Fail();
        _home.Land();

        Assert.Equal(ErrorCode.StorageFull, _home.RefusalOf(lost));
        Assert.Equal(ErrorCode.Internal, _home.RefusalOf(landed));
        // Not the gap: that would be for good, and the session in which it is said is not durable.
        Assert.Equal(ErrorCode.Internal, _home.RefusalOf(again));
        Assert.NotNull(_home.Reload);
    }

    [Fact]
    public void Settings_whose_commit_failed_are_not_shown_by_what_lands_behind_it()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"));
        var rule = new object();
        _home.Tell(new HomeRequest.Create(rule, Settings("""{"collections":{"new":{"onConcurrentDelete":"updateWins"}}}"""), HomeHarness.At));
        _home.Publish("tablet", 5, null, Set(9, 0, "gap"));
        _home.Fail();
        _home.Land();

        Assert.Equal(ErrorCode.StorageFull, _home.RefusalOf(rule));
        Assert.Equal(StreamSettings.Default, _home.DurableHeader!.Settings);
    }

    [Fact]
    public void A_stream_is_created_once_and_found_with_equal_settings()
    {
        var total = Settings("""{"order":"total"}""");
        var made = _home.Ask<HomeAnswer.Ready>(ticket => new HomeRequest.Create(ticket, total, HomeHarness.At));
        var found = _home.Ask<HomeAnswer.Ready>(ticket => new HomeRequest.Create(ticket, Settings("""{"order":"total","collections":{"task":{"fields":{"title":"lastWriterWins"}}}}"""), HomeHarness.At));
        var refused = _home.Ask<HomeAnswer.Refused>(ticket => new HomeRequest.Create(ticket, StreamSettings.Default, HomeHarness.At));

        Assert.True(made.IsNew);
        Assert.False(found.IsNew);
        Assert.Equal(made.Header, found.Header);
        Assert.Equal(ErrorCode.SettingsConflict, refused.Refusal.Code);
    }

    [Fact]
    public void A_rule_may_be_added_only_for_what_no_event_has_named()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"));
        var keepOther = Settings("""{"collections":{"task":{"fields":{"other":"keepAll"}},"new":{"onConcurrentDelete":"updateWins"}}}""");

        var ready = _home.Ask<HomeAnswer.Ready>(ticket => new HomeRequest.Create(ticket, keepOther, HomeHarness.At));
        var named = _home.Ask<HomeAnswer.Refused>(ticket => new HomeRequest.Create(ticket, Settings("""{"collections":{"task":{"fields":{"title":"keepAll","other":"keepAll"}},"new":{"onConcurrentDelete":"updateWins"}}}"""), HomeHarness.At));
        var collection = _home.Ask<HomeAnswer.Refused>(ticket => new HomeRequest.Create(ticket, Settings("""{"collections":{"task":{"onConcurrentDelete":"updateWins","fields":{"other":"keepAll"}},"new":{"onConcurrentDelete":"updateWins"}}}"""), HomeHarness.At));

        Assert.Equal(keepOther, ready.Header.Settings);
        Assert.Equal(ErrorCode.SettingsConflict, named.Refusal.Code);
        Assert.Equal(ErrorCode.SettingsConflict, collection.Refusal.Code);
        Assert.Equal([new NewName(Milk.Collection, null), new NewName(Milk.Collection, FieldName.Parse("title"))], _home.Written[0].NewNames);
    }

    [Fact]
    public void A_field_that_keeps_all_values_takes_no_deltas()
    {
        _home.Ask<HomeAnswer.Ready>(ticket => new HomeRequest.Create(ticket, Settings("""{"collections":{"task":{"fields":{"title":"keepAll"}}}}"""), HomeHarness.At));

        Refuses(ErrorCode.InvalidEvent, Draft(1, 0, Delta.Inc(1)));
        Assert.Equal([1], _home.PublishAndLand("phone", Draft(1, 0, Delta.Set(CanonicalJson.Parse("""{"$inc":1}""")))));
    }

    [Fact]
    public void A_deleted_stream_begins_anew_with_another_id()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"), Set(2, 0, "b"));
        var oldId = _home.Written[0].StreamId;
        _home.Ask<HomeAnswer.Deleted>(ticket => new HomeRequest.Delete(ticket));
        var unknown = _home.Ask<HomeAnswer.Refused>(ticket => new HomeRequest.Delete(ticket));

        Assert.Equal(ErrorCode.UnknownStream, unknown.Refusal.Code);
        Assert.Equal([1], _home.PublishAndLand("phone", Set(1, 0, "c")));
        Assert.NotEqual(oldId, _home.Written[^1].StreamId);
        Assert.NotNull(_home.Written[^1].Header);
    }

    [Fact]
    public void A_server_may_refuse_to_create_streams_on_publish()
    {
        var home = new HomeHarness(configure: options => options.CreatesStreamsOnPublish = false);

        Assert.Equal(ErrorCode.UnknownStream, home.RefusalOf(home.Publish("phone", Set(1, 0, "a"))));
        Assert.Empty(home.Written);
    }

    [Fact]
    public void Batches_and_events_are_limited()
    {
        var home = new HomeHarness(configure: options => (options.MaxBatchEvents, options.MaxEventBytes, options.MaxBatchBytes) = (2, 400, 700));

        Assert.Equal(ErrorCode.TooLarge, home.RefusalOf(home.Publish("phone", Set(1, 0, "a"), Set(2, 0, "a"), Set(3, 0, "a"))));
        Assert.Equal(ErrorCode.TooLarge, home.RefusalOf(home.Publish("phone", Set(1, 0, new string('a', 400)))));
        Assert.Equal(ErrorCode.TooLarge, home.RefusalOf(home.Publish("phone", Set(1, 0, new string('a', 270)), Set(2, 0, new string('a', 270)))));
        Assert.Equal([1], home.PublishAndLand("phone", Set(1, 0, new string('a', 270))));
    }

    [Fact]
    public void A_home_goes_on_where_the_store_says_the_last_one_stopped()
    {
        _home.PublishAndLand("phone", Set(1, 0, "a"));
        var header = new StreamHeader(HomeHarness.Stream, "id", HomeHarness.At, StreamSettings.Default, new Seq(8));
        var next = new HomeHarness(new StreamState(header, new() { [ClientId.Parse("phone")] = new ClientState(3, new Seq(5), 2, "n") }, []));

        Assert.Equal(ErrorCode.StaleSession, next.RefusalOf(next.Publish("phone", Set(4, 5, "d"))));
        var published = next.Publish("phone", 2, null, Set(4, 5, "d"));
        next.LandAll();
        Assert.Equal([new Seq(9)], Assert.IsType<HomeAnswer.Published>(next.AnswerTo(published)).Seqs);
        Assert.True(next.IsIdle);
    }

    private static PublishRequest BadShape(long session) => new()
    {
        Stream = HomeHarness.Stream,
        Client = ClientId.Parse("phone"),
        Session = session,
        Events = [],
        ShapeRefusal = new Refusal(ErrorCode.InvalidEvent, "bad"),
    };

    private void Refuses(ErrorCode code, params EventDraft[] events)
    {
        var ticket = _home.Publish("phone", events);
        _home.LandAll();
        Assert.Equal(code, _home.RefusalOf(ticket));
    }

    private static StreamSettings Settings(string json) => StreamSettings.Parse(CanonicalJson.Parse(json));

    private static EventDraft Set(long? clientSeq, long? precedingSeq, string title) =>
        Draft(clientSeq, precedingSeq, Delta.Set(CanonicalJson.FromString(title)));

    private static EventDraft Draft(long? clientSeq, long? precedingSeq, Delta title) =>
        new(clientSeq, precedingSeq is { } seq ? new Seq(seq) : null, EventOp.Update, Milk, EventFields.Create([new FieldChange(FieldName.Parse("title"), title)]));
}
