using System.CommandLine;
using Runnel.Cli.Appending;
using Runnel.Cli.Connection;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel import STREAM (--file F | -)</c></summary>
internal static class ImportCommand
{
    private static readonly Argument<StreamName> Stream = CommonOptions.Stream();

    private static readonly Argument<string?> Input = new("-") { Description = "Reads standard input.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<FileInfo?> File = new("--file") { Description = "What export wrote." };

    public static Command Create()
    {
        var command = new Command("import", "Makes a stream again from what export wrote. Killed and run again it goes on where it was.")
        {
            Stream, Input, File, CommonOptions.Retry, CommonOptions.Url,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(Input) == "-") == result.GetValue(File) is not null || result.GetValue(Input) is not (null or "-")) result.AddError("Give --file or -.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var stream = parsed.GetRequiredValue(Stream);
        using var file = await LineFile.OpenAsync(parsed.GetValue(File)?.FullName ?? "-", cancellationToken).ConfigureAwait(false);
        var header = await file.ReadAsync(cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        await server.CreateAsync(stream, ExportHeader.ReadSettings(header.Text), cancellationToken).ConfigureAwait(false);
        var run = await ProgressBar.RunAsync($"import {stream}", file.Count - 1, async progress =>
        {
            var appending = new AppendRun(server, stream, new AppendPace(0, TimeProvider.System), parsed.GetValue(CommonOptions.Retry), progress);
            await appending.RunAsync(file.ReadAsync(cancellationToken).Skip(1).Select(ExportHeader.ReadEvent), cancellationToken).ConfigureAwait(false);
            return appending;
        }).ConfigureAwait(false);
        AppendReport.Write(stream, run, parsed.GetValue(CommonOptions.Json));
        return ExitCode.Done;
    }
}
