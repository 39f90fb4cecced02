using System.CommandLine;
using System.Text;
using Runnel.Cli.Appending;
using Runnel.Cli.Connection;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel export STREAM</c></summary>
internal static class ExportCommand
{
    private static readonly Argument<StreamName> Stream = CommonOptions.Stream();

    private static readonly Option<FileInfo?> File = new("--file") { Description = "Where to write to; standard output if not given." };

    public static Command Create()
    {
        var command = new Command("export", "Writes a stream as lines: its settings, then its events. See import.") { Stream, File, CommonOptions.Url };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var stream = parsed.GetRequiredValue(Stream);
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        var info = await server.FindAsync(stream, cancellationToken).ConfigureAwait(false)
            ?? throw new CommandFailure(ExitCode.Refused, $"There is no stream \"{stream}\" (unknown_stream)", "unknown_stream");
        var file = parsed.GetValue(File);
        using var output = file is null ? Console.OpenStandardOutput() : file.Create();
        await ProgressBar.RunAsync($"export {stream}", info.Head, progress => WriteAsync(server, stream, info, output, progress, cancellationToken)).ConfigureAwait(false);
        if (file is not null) Report(parsed, info, file);
        return ExitCode.Done;
    }

    private static async Task<long> WriteAsync(
        ServerConnection server, StreamName stream, StreamInfo info, Stream output, Action<long> progress, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes(ExportHeader.Write(info)), cancellationToken).ConfigureAwait(false);
        var count = 0L;
        if (info.Head > 0)
        {
            using var answer = await server.GetAsync($"/{stream}/events?limit={info.Head}", "application/x-ndjson", cancellationToken).ConfigureAwait(false);
            using var events = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await foreach (var line in LineReader.ReadAsync(events, cancellationToken).ConfigureAwait(false))
            {
                await output.WriteAsync(line.Text, cancellationToken).ConfigureAwait(false);
                output.WriteByte((byte)'\n');
                progress(++count);
            }
        }
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (count != info.Head) throw new CommandFailure(ExitCode.Refused, $"{stream} changed during the export: {count} events came instead of {info.Head}.");
        return count;
    }

    private static void Report(ParseResult parsed, StreamInfo info, FileInfo file)
    {
        if (!parsed.GetValue(CommonOptions.Json))
        {
            Console.WriteLine($"{info.Name}: {info.Head} events written to {file.FullName}");
            return;
        }
        JsonOutput.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("stream", info.Name);
            writer.WriteNumber("events", info.Head);
            writer.WriteString("file", file.FullName);
            writer.WriteEndObject();
        });
    }
}
