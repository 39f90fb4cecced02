using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.Json;
using Runnel.Cli.Bench;
using Runnel.Cli.Commands;
using Runnel.Cli.Demo;
using Runnel.Cli.Output;

namespace Runnel.Cli;

/// <summary>The command line as a whole: its commands, and what becomes of failures.</summary>
internal static class RunnelCommandLine
{
    /// <summary>Runs the command that <paramref name="args"/> name; the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        // "@" and "[" begin ordinary texts here, no response files and no directives.
        var parsed = Create().Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var json = parsed.GetValue(CommonOptions.Json);
        if (parsed.Errors.Count > 0) return Fail(new CommandFailure(ExitCode.Usage, Explain(parsed)), json);

        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = !stopping.IsCancellationRequested;   // the second time it ends at once
            stopping.Cancel();
        };
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, stopping.Token).ConfigureAwait(false);
        }
        catch (CommandFailure failure)
        {
            return Fail(failure, json);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCode.Stopped;
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException)
        {
            return Fail(new CommandFailure(ExitCode.NoServer, $"The server broke off its answer: {exception.Message}"), json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(new CommandFailure(ExitCode.Usage, exception.Message), json);
        }
        catch (Exception exception)
        {
            return Fail(new CommandFailure(ExitCode.Fault, $"An internal fault, please report it: {exception.GetType().Name}: {exception.Message}"), json);
        }
    }

    private static Command Create() => new("runnel", "Keeps the same data on many devices: small events, immutable streams, no clock.")
    {
        new HelpOption(),
        new VersionOption(),
        CommonOptions.Json,
        ServeCommand.Create(),
        DemoCommand.Create(),
        DemoServerCommand.Create(),
        BenchCommand.Create(),
        BareServerCommand.Create(),
        AppendCommand.Create(),
        TailCommand.Create(),
        StateCommand.Create(),
        StreamsCommand.Create(),
        CreateCommand.Create(),
        DeleteCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
        VerifyCommand.Create(),
        ConformanceCommand.Create(),
        SimulateCommand.Create(),
    };

    private static string Explain(ParseResult parsed)
    {
        var names = parsed.CommandResult.Command == parsed.RootCommandResult.Command ? "runnel" : $"runnel {parsed.CommandResult.Command.Name}";
        return $"{string.Join(" ", parsed.Errors.Select(error => error.Message))} See {names} --help.";
    }

    private static int Fail(CommandFailure failure, bool json)
    {
        if (json)
        {
            JsonOutput.Write(Console.OpenStandardError(), writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("error");
                if (failure.Code is { } code) writer.WriteString("code", code);
                writer.WriteString("message", failure.Message);
                writer.WriteNumber("exitCode", failure.ExitCode);
                writer.WriteEndObject();
                writer.WriteEndObject();
            });
        }
        else
        {
            Console.Error.WriteLine($"runnel: {failure.Message}");
        }
        return failure.ExitCode;
    }
}
