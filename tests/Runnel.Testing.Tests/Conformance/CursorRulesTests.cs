using System.Text.Json;
using Runnel.Testing.Conformance;

namespace Runnel.Testing.Tests.Conformance;

public class CursorRulesTests
{
    private readonly CursorRules _rules = new();

    [Fact]
    public void Frames_that_follow_one_another_are_fine()
    {
        Subscribe(3);

        Assert.Null(Receive(Frame(4, 5)));
        Assert.Null(Receive(Frame(6, 6)));
    }

    [Theory]
    [InlineData(5, 6)]   // a gap
    [InlineData(3, 4)]   // an overlap
    [InlineData(4, 3)]   // nothing
    public void A_frame_that_does_not_follow_is_found(int from, int to)
    {
        Subscribe(3);

        Assert.NotNull(Receive(Frame(from, to)));
    }

    [Fact]
    public void A_frame_that_does_not_hold_what_it_covers_is_found()
    {
        Subscribe(0);

        Assert.NotNull(Receive("""{"type":"events","stream":"todo","from":1,"to":2,"events":[{"seq":1}]}"""));
        Assert.NotNull(Receive("""{"type":"events","stream":"todo","from":1,"to":2,"events":[{"seq":2},{"seq":1}]}"""));
        Assert.NotNull(Receive("""{"type":"fetched","ref":1,"stream":"todo","from":1,"to":1,"events":[]}"""));
    }

    [Fact]
    public void Frames_of_the_old_cursor_may_come_until_the_new_one_is_answered()
    {
        Subscribe(0);
        _rules.Sent(JsonElement.Parse("""{"type":"subscribe","stream":"todo","after":9}"""));

        Assert.Null(Receive(Frame(1, 2)));
        Assert.Null(Receive("""{"type":"subscribed","stream":"todo"}"""));
        Assert.Null(Receive(Frame(10, 10)));
    }

    [Fact]
    public void A_refused_subscribe_leaves_the_old_cursor()
    {
        Subscribe(0);
        _rules.Sent(JsonElement.Parse("""{"type":"subscribe","stream":"todo","after":9}"""));

        Assert.Null(Receive("""{"type":"error","stream":"todo","code":"diverged"}"""));
        Assert.Null(Receive(Frame(1, 1)));
    }

    [Fact]
    public void Nothing_comes_without_a_subscription_or_after_its_end()
    {
        Assert.NotNull(Receive(Frame(1, 1)));
        Assert.NotNull(Receive("""{"type":"subscribed","stream":"todo"}"""));

        Subscribe(0);
        _rules.Sent(JsonElement.Parse("""{"type":"unsubscribe","stream":"todo"}"""));
        Assert.Null(Receive(Frame(1, 1)));
        _rules.Fenced();
        Assert.NotNull(Receive(Frame(2, 2)));

        Subscribe(0);
        Assert.Null(Receive("""{"type":"error","stream":"todo","code":"gone"}"""));
        Assert.NotNull(Receive(Frame(1, 1)));
    }

    private void Subscribe(int after)
    {
        _rules.Sent(JsonElement.Parse($$"""{"type":"subscribe","stream":"todo","after":{{after}} }"""));
        Assert.Null(Receive("""{"type":"subscribed","stream":"todo"}"""));
    }

    private string? Receive(string message) => _rules.Received(JsonElement.Parse(message));

    private static string Frame(int from, int to)
    {
        var events = Enumerable.Range(from, Math.Max(0, to - from + 1)).Select(seq => $$"""{"seq":{{seq}} }""");
        return $$"""{"type":"events","stream":"todo","from":{{from}},"to":{{to}},"events":[{{string.Join(',', events)}}]}""";
    }
}
