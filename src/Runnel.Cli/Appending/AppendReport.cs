using Runnel.Cli.Output;

namespace Runnel.Cli.Appending;

/// <summary>Says what became of the lines.</summary>
internal static class AppendReport
{
    /// <summary>Writes the report of <paramref name="run"/>.</summary>
    public static void Write(StreamName stream, AppendRun run, bool json)
    {
        if (!json)
        {
            Console.WriteLine(Sentence(stream, run));
            return;
        }
        JsonOutput.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("stream", stream.Value);
            writer.WriteNumber("lines", run.Appended + run.AlreadyThere);
            writer.WriteNumber("appended", run.Appended);
            writer.WriteNumber("alreadyThere", run.AlreadyThere);
            writer.WriteNumber("lastSeq", run.LastSeq);
            writer.WriteEndObject();
        });
    }

    private static string Sentence(StreamName stream, AppendRun run) => run switch
    {
        { Appended: 0, AlreadyThere: 0 } => $"{stream}: there was nothing to append",
        { Appended: 0 } => $"{stream}: all {run.AlreadyThere} were there, the last as seq {run.LastSeq}",
        { AlreadyThere: 0 } => $"{stream}: {run.Appended} appended, the last as seq {run.LastSeq}",
        _ => $"{stream}: {run.Appended} appended, {run.AlreadyThere} were there, the last as seq {run.LastSeq}",
    };
}
