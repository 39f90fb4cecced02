using System.CommandLine;
using Runnel.Cli.Connection;
using Runnel.Cli.Output;
using Runnel.Testing.Conformance;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel conformance URL</c></summary>
internal static class ConformanceCommand
{
    private static readonly Argument<Uri> Server = new("URL")
    {
        Description = "The server's address, such as http://127.0.0.1:8080.",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
            result.AddError($"URL is an address like http://127.0.0.1:8080, not \"{result.Tokens[0].Value}\".");
            return null;
        },
    };

    private static readonly Option<string> Filter = new("--filter") { Description = "Only cases whose name or topic contains this.", DefaultValueFactory = _ => "" };

    private static readonly Option<bool> Slow = new("--slow") { Description = "Also the cases that wait for the server's timeouts." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Show what was said to and fro, also where all is well." };

    private static readonly Option<string?> Cases = new("--cases") { Description = "A folder of cases, instead of those that came with this command." };

    private static readonly Option<int> AtOnce = new("--at-once")
    {
        Description = "How many cases at the same time.",
        DefaultValueFactory = _ => 4,
        Validators = { result => { if (result.GetValueOrDefault<int>() is < 1 or > 64) result.AddError("--at-once is 1 to 64."); } },
    };

    private static readonly Option<double> Patience = new("--patience") { Description = "How many seconds an answer may take.", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = new Command("conformance", "Plays the protocol's cases against any server and says what it does otherwise.") { Server, Filter, Slow, Verbose, Cases, AtOnce, Patience };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var cases = Choose(parsed);
        await FindServerAsync(parsed.GetRequiredValue(Server), cancellationToken).ConfigureAwait(false);
        using var runner = new ConformanceRunner(parsed.GetRequiredValue(Server), TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(Patience), 0.1, 600)));
        var results = await ProgressBar.RunAsync("Playing", cases.Count, advance =>
        {
            var done = 0;
            return runner.RunAsync(cases, parsed.GetValue(AtOnce), _ => advance(Interlocked.Increment(ref done)), cancellationToken);
        }).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) WriteJson(results);
        else Show(results, parsed.GetValue(Verbose));
        return results.Any(result => result.Outcome == ConformanceOutcome.Failed) ? ExitCode.Refused : ExitCode.Done;
    }

    /// <summary>Ends the command if nobody is there; what is there may be wrong in anything, which the cases will find.</summary>
    private static async Task FindServerAsync(Uri url, CancellationToken cancellationToken)
    {
        using var server = new ServerConnection(url);
        try
        {
            using var list = await server.GetJsonAsync("?limit=1", cancellationToken).ConfigureAwait(false);
        }
        catch (CommandFailure failure) when (failure.ExitCode != ExitCode.NoServer)
        {
            // Somebody answers.
        }
    }

    private static List<ConformanceCase> Choose(ParseResult parsed)
    {
        try
        {
            var all = parsed.GetValue(Cases) is { } folder ? ConformanceSuite.Load(folder) : ConformanceSuite.Load();
            var filter = parsed.GetRequiredValue(Filter);
            List<ConformanceCase> chosen = [.. all.Where(one => one.Name.Contains(filter, StringComparison.Ordinal) || one.Topic.Contains(filter, StringComparison.Ordinal))];
            if (chosen.Count == 0) throw new CommandFailure(ExitCode.Usage, $"No case's name or topic contains \"{filter}\".");
            return [.. chosen.Where(one => parsed.GetValue(Slow) || !one.IsSlow || chosen.Count == 1)];
        }
        catch (FormatException exception)
        {
            throw new CommandFailure(ExitCode.Usage, exception.Message);
        }
    }

    private static void Show(IReadOnlyList<ConformanceResult> results, bool isVerbose)
    {
        foreach (var result in results.Where(result => isVerbose || result.Outcome == ConformanceOutcome.Failed))
        {
            Console.WriteLine($"{Word(result.Outcome).ToUpperInvariant()}  {result.Case.Topic}/{result.Case.Name}: {result.Case.Says}");
            if (result.Message is { } message) Console.WriteLine($"  {message}");
            foreach (var line in result.Transcript) Console.WriteLine($"    {line}");
            Console.WriteLine();
        }
        foreach (var topic in results.GroupBy(result => result.Case.Topic))
        {
            Console.WriteLine($"{topic.Key,-16}{Count(topic, ConformanceOutcome.Passed),6} passed{Count(topic, ConformanceOutcome.Failed),6} failed{Count(topic, ConformanceOutcome.NotSupported),6} not supported");
        }
        Console.WriteLine($"{"all",-16}{Count(results, ConformanceOutcome.Passed),6} passed{Count(results, ConformanceOutcome.Failed),6} failed{Count(results, ConformanceOutcome.NotSupported),6} not supported");
        var lacks = results.Where(result => result.Outcome == ConformanceOutcome.NotSupported).Select(result => result.Case.Capability).Distinct().ToList();
        if (lacks.Count > 0) Console.WriteLine($"Not supported: {string.Join(", ", lacks)}");
    }

    private static void WriteJson(IReadOnlyList<ConformanceResult> results) => JsonOutput.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("passed", Count(results, ConformanceOutcome.Passed));
        writer.WriteNumber("failed", Count(results, ConformanceOutcome.Failed));
        writer.WriteNumber("notSupported", Count(results, ConformanceOutcome.NotSupported));
        writer.WriteStartArray("cases");
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteString("topic", result.Case.Topic);
            writer.WriteString("name", result.Case.Name);
            writer.WriteString("outcome", Word(result.Outcome));
            if (result.Case.Capability is { } capability) writer.WriteString("capability", capability);
            if (result.Message is { } message) writer.WriteString("message", message);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static int Count(IEnumerable<ConformanceResult> results, ConformanceOutcome outcome) => results.Count(result => result.Outcome == outcome);

    private static string Word(ConformanceOutcome outcome) => outcome switch
    {
        ConformanceOutcome.Passed => "passed",
        ConformanceOutcome.Failed => "failed",
        _ => "not supported",
    };
}
