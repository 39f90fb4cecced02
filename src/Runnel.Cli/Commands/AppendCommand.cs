using System.CommandLine;
using System.Text;
using Runnel.Cli.Appending;
using Runnel.Cli.Connection;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel append STREAM (JSON | --file F.ndjson | -)</c></summary>
internal static class AppendCommand
{
    // Who writes by hand, if nobody else is named.
    private const string ByHand = "cli";

    private static readonly Argument<StreamName> Stream = CommonOptions.Stream();

    private static readonly Argument<string?> Event = new("JSON")
    {
        Description = """An event, such as {"op":"insert","collection":"task","id":"1","fields":{"title":"Buy milk"}}; - for lines of standard input.""",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<FileInfo?> File = new("--file")
    {
        Description = "A file of events, one a line, appended in that order. Killed and run again it goes on where it was.",
    };

    private static readonly Option<string?> Client = new("--client")
    {
        Description = "The author of events that name none. Lines of standard input are then appended as they come.",
    };

    private static readonly Option<double> Rate = new("--rate") { Description = "How many events a second; as fast as it goes if not given." };

    public static Command Create()
    {
        var command = new Command("append", "Appends events to a stream.") { Stream, Event, File, Client, Rate, CommonOptions.Retry, CommonOptions.Url };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Event) is null == result.GetValue(File) is null) result.AddError("Give an event, --file or -.");
            if (result.GetValue(Rate) < 0) result.AddError("--rate is events a second, 0 for no limit.");
            if (result.GetValue(Client) is { } client && !ClientId.TryParse(client, out _)) result.AddError($"\"{client}\" is no client id: 1-64 characters of A-Z a-z 0-9 . _ : ~ -.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var json = parsed.GetValue(Event);
        if (json is not null and not "-") return AppendOneAsync(parsed, json, cancellationToken);
        return parsed.GetValue(Client) is { } client && json == "-"
            ? AppendLiveAsync(parsed, client, cancellationToken)
            : AppendFileAsync(parsed, parsed.GetValue(File)?.FullName ?? "-", cancellationToken);
    }

    private static async Task<int> AppendOneAsync(ParseResult parsed, string json, CancellationToken cancellationToken)
    {
        // Between JSON's tokens a line feed is as good as a space, and in its texts there is none.
        var text = LineAuthor.WithClient(Encoding.UTF8.GetBytes(json.ReplaceLineEndings(" ")), parsed.GetValue(Client) ?? ByHand);
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        // Sent again, an event without a number would be another event.
        var run = NewRun(parsed, server, TimeSpan.Zero, _ => { });
        await run.RunAsync(new[] { new Line(1, text) }.ToAsyncEnumerable(), cancellationToken).ConfigureAwait(false);
        return Report(parsed, run);
    }

    private static async Task<int> AppendLiveAsync(ParseResult parsed, string client, CancellationToken cancellationToken)
    {
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        using var input = Console.OpenStandardInput();
        var run = NewRun(parsed, server, parsed.GetValue(CommonOptions.Retry), _ => { });
        await run.RunAsync(LineReader.ReadAsync(input, cancellationToken).Select(new LineAuthor(client).Complete), cancellationToken).ConfigureAwait(false);
        return Report(parsed, run);
    }

    private static async Task<int> AppendFileAsync(ParseResult parsed, string path, CancellationToken cancellationToken)
    {
        var stream = parsed.GetRequiredValue(Stream);
        using var file = await LineFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        var author = new LineAuthor(parsed.GetValue(Client) ?? LineAuthor.ClientOf(stream, file.Hash));
        var run = await ProgressBar.RunAsync($"append {stream}", file.Count, async progress =>
        {
            var appending = NewRun(parsed, server, parsed.GetValue(CommonOptions.Retry), progress);
            await appending.RunAsync(file.ReadAsync(cancellationToken).Select(author.Complete), cancellationToken).ConfigureAwait(false);
            return appending;
        }).ConfigureAwait(false);
        return Report(parsed, run);
    }

    private static AppendRun NewRun(ParseResult parsed, ServerConnection server, TimeSpan patience, Action<long> progress) =>
        new(server, parsed.GetRequiredValue(Stream), new AppendPace(parsed.GetValue(Rate), TimeProvider.System), patience, progress);

    private static int Report(ParseResult parsed, AppendRun run)
    {
        AppendReport.Write(parsed.GetRequiredValue(Stream), run, parsed.GetValue(CommonOptions.Json));
        return ExitCode.Done;
    }
}
