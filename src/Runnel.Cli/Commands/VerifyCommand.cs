using System.CommandLine;
using Runnel.Cli.Output;
using Runnel.Server.Sqlite;
using Runnel.Server.Stores;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel verify</c></summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", "Walks a data directory that no server uses: checksums, chain and numbers. Changes nothing.") { CommonOptions.Data };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var directory = Path.GetFullPath(parsed.GetRequiredValue(CommonOptions.Data));
        var report = await ProgressBar.RunAsync($"verify {directory}", 0, _ => Task.Run(() => Verify(directory, cancellationToken), cancellationToken)).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(writer => Write(writer, directory, report));
        else Console.WriteLine(Sentence(directory, report));
        return report.Fault is null ? ExitCode.Done : ExitCode.Refused;
    }

    private static JournalReport Verify(string directory, CancellationToken cancellationToken)
    {
        try
        {
            return JournalVerifier.Verify(directory, cancellationToken);
        }
        catch (StreamStoreException exception)
        {
            throw new CommandFailure(ExitCode.CannotStart, exception.Message);
        }
    }

    private static string Sentence(string directory, JournalReport report)
    {
        var whole = $"{report.Commits} commits, {report.Streams} streams, {report.Events} events, {report.Bytes} bytes of events";
        return report.Fault is { } fault ? $"{fault.Message}\nBefore that, all was whole: {whole}." : $"{directory} is whole: {whole}.";
    }

    private static void Write(System.Text.Json.Utf8JsonWriter writer, string directory, JournalReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("data", directory);
        writer.WriteBoolean("isWhole", report.Fault is null);
        writer.WriteNumber("commits", report.Commits);
        writer.WriteNumber("streams", report.Streams);
        writer.WriteNumber("events", report.Events);
        writer.WriteNumber("bytes", report.Bytes);
        if (report.Fault is { } fault)
        {
            writer.WriteStartObject("fault");
            writer.WriteString("kind", fault.Kind.ToString());
            if (fault.Commit is { } commit) writer.WriteNumber("commit", commit);
            if (fault.Stream is { } stream) writer.WriteString("stream", stream.Value);
            if (fault.Seq is { } seq) writer.WriteNumber("seq", seq.Value);
            writer.WriteString("message", fault.Message);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
