using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Runnel.Cli.Appending;
using Runnel.Cli.Connection;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel tail STREAM</c></summary>
internal static class TailCommand
{
    private static readonly byte[] Data = "data: "u8.ToArray();

    private static readonly Argument<StreamName> Stream = CommonOptions.Stream();

    private static readonly Option<long> After = new("--after") { Description = "Only events after this seq." };

    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Then show new events as they come, until Ctrl+C." };

    public static Command Create()
    {
        var command = new Command("tail", "Shows the events of a stream, in order.") { Stream, After, Follow, CommonOptions.Retry, CommonOptions.Url };
        command.Validators.Add(result =>
        {
            if (result.GetValue(After) < 0) result.AddError("--after is a seq, 0 or more.");
        });
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(Follow) ? FollowAsync(parsed, cancellationToken) : ShowAsync(parsed, cancellationToken));
        return command;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        using var output = new StreamWriter(Console.OpenStandardOutput());
        var path = $"/{parsed.GetRequiredValue(Stream)}/events?after={parsed.GetValue(After)}";
        using var answer = await server.GetAsync(path, "application/x-ndjson", cancellationToken).ConfigureAwait(false);
        using var events = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var line in LineReader.ReadAsync(events, cancellationToken).ConfigureAwait(false)) Show(line.Text, output, parsed.GetValue(CommonOptions.Json));
        return ExitCode.Done;
    }

    /// <summary>Shows what comes, also from a server that went and came back.</summary>
    private static async Task<int> FollowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var after = parsed.GetValue(After);
        var lastSeen = Environment.TickCount64;
        while (true)
        {
            try
            {
                using var answer = await server.GetAsync($"/{parsed.GetRequiredValue(Stream)}/events?after={after}", "text/event-stream", cancellationToken).ConfigureAwait(false);
                using var messages = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                await foreach (var line in LineReader.ReadAsync(messages, cancellationToken).ConfigureAwait(false))
                {
                    lastSeen = Environment.TickCount64;
                    if (line.Text.Span.StartsWith("event: error"u8)) throw new CommandFailure(ExitCode.Refused, "The stream ended.");
                    if (line.Text.Span.StartsWith(Data)) after = Show(line.Text[Data.Length..], output, parsed.GetValue(CommonOptions.Json));
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or CommandFailure { ExitCode: ExitCode.NoServer })
            {
                if (Environment.TickCount64 - lastSeen >= parsed.GetValue(CommonOptions.Retry).TotalMilliseconds) throw new CommandFailure(ExitCode.NoServer, exception.Message);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(false);
        }
    }

    private static long Show(ReadOnlyMemory<byte> text, StreamWriter output, bool json)
    {
        using var stored = JsonDocument.Parse(text);
        var root = stored.RootElement;
        var seq = root.GetProperty("seq").GetInt64();
        if (json)
        {
            output.WriteLine(Encoding.UTF8.GetString(text.Span));
            return seq;
        }
        var fields = root.TryGetProperty("fields", out var named) ? named.GetRawText() : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{seq,7}  {root.GetProperty("at").GetString()}  {root.GetProperty("client").GetString()}  {root.GetProperty("op").GetString(),-6}  {root.GetProperty("collection").GetString()}/{root.GetProperty("id").GetString()}  {fields}"));
        return seq;
    }
}
