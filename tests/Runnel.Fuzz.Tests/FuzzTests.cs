using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Runnel.Tests;

namespace Runnel.Fuzz.Tests;

/// <summary>
/// Whatever reads bytes of others is given bytes that are nearly right: it reads them or refuses them as it promises to, in little time
/// and memory, and what it accepts it writes as it reads it.
/// </summary>
public sealed partial class FuzzTests(ITestOutputHelper output)
{
    private const long MostBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Targets => new(Target.All.Select(target => target.Name));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Bytes_that_are_nearly_right_are_read_or_refused(string name)
    {
        const int Seed = 20261130;
        var target = Target.All.Single(target => target.Name == name);
        var mutator = new Mutator(new Random(Seed));
        var inputs = Corpus.Of(name).ToList();
        var shapes = new HashSet<string>(inputs.Select(input => ShapeOf(target, input)));
        var refused = new List<byte[]>();
        var accepted = 0;
        var runs = Randomized.Runs(6_000);
        for (var i = 0; i < runs; i++)
        {
            var input = mutator.Mutate(inputs);
            var shape = ShapeOf(target, input);
            if (shape[0] == '+') accepted++;
            // An outcome that no other input has had is worth going on from; once refused, an input leads nowhere but is worth keeping.
            if (shapes.Add(shape)) (shape[0] == '+' ? inputs : refused).Add(input);
        }
        output.WriteLine($"{name}: {runs} inputs, {accepted} accepted, {shapes.Count} outcomes.");
        // What has a checksum of its own hardly ever survives.
        Assert.True(accepted > (name == "journal-mark" ? 0 : runs / 300), $"Hardly anything is accepted: {accepted} of {runs}.");
        Corpus.Keep(name, inputs.Concat(refused));
    }

    [Fact]
    public void Every_input_of_the_corpus_is_read_or_refused()
    {
        foreach (var target in Target.All)
        {
            Assert.NotEmpty(Corpus.Of(target.Name));
            var shapes = Corpus.Of(target.Name).Select(input => ShapeOf(target, input)).ToList();
            Assert.True(shapes.Exists(shape => shape[0] == '+'), $"Nothing is accepted by '{target.Name}': {string.Join(" ", shapes)}");
        }
    }

    [Fact]
    public void However_deep_an_accepted_event_nests_it_is_found_in_the_outbox()
    {
        var deepest = 0;
        for (var depth = 1; depth < 200; depth++)
        {
            var value = new string('[', depth) + new string(']', depth);
            var input = Encoding.UTF8.GetBytes($$$"""{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"deep":{{{value}}}}}""");
            if (ShapeOf(Target.All.Single(target => target.Name == "row-outbox"), input)[0] == '+') deepest = depth;
        }
        Assert.True(deepest > 10, $"Nothing deeper than {deepest} is accepted.");
    }

    /// <summary>Reads the input and holds the reader to its promises; answers what kind of outcome it was.</summary>
    private static string ShapeOf(Target target, byte[] input)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        var shape = Judge(target, input);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated <= MostBytes, $"{allocated} bytes of memory were taken {Tell(target, input)}");
        if (Stopwatch.GetElapsedTime(started) > LongestTime) AssertIsQuick(target, input);
        return shape;
    }

    private static string Judge(Target target, byte[] input)
    {
        byte[]? written;
        try
        {
            written = target.Read(input);
        }
        catch (Exception exception) when (exception is FormatException || exception.GetType() == target.Refusal)
        {
            return "-" + General().Match(exception.Message);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.GetType().Name} {Tell(target, input)}", exception);
        }
        if (written is null) return "-";
        if (written.Length > 0) AssertSame(target, input, written);
        return $"+{int.Log2(written.Length + 1)}";
    }

    // What was accepted is written in one form, which is read as the same.
    private static void AssertSame(Target target, byte[] input, byte[] written)
    {
        if (target.Name == "journal-mark") return;
        byte[]? again;
        try
        {
            again = target.Read(written);
        }
        catch (FormatException exception)
        {
            throw new InvalidOperationException($"What was accepted is refused once it is written again: {exception.Message} {Tell(target, input)}", exception);
        }
        Assert.True(again is not null && again.AsSpan().SequenceEqual(written), $"What was accepted reads otherwise once it is written again {Tell(target, input)}");
    }

    // A machine that is busy with something else is not the reader's fault: it would have to be slow each time.
    private static void AssertIsQuick(Target target, byte[] input)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            var started = Stopwatch.GetTimestamp();
            Judge(target, input);
            if (Stopwatch.GetElapsedTime(started) <= LongestTime) return;
        }
        Assert.Fail($"More than {LongestTime.TotalSeconds} s {Tell(target, input)}");
    }

    private static string Tell(Target target, byte[] input) =>
        $"on {input.Length} bytes for '{target.Name}'; keep them as Corpus/{target.Name}/{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}: {Convert.ToBase64String(input)}";

    // What an input says itself does not make its outcome another.
    [GeneratedRegex("""^[^"'\d:]{0,40}""")]
    private static partial Regex General();
}
