using System.Text.Encodings.Web;
using System.Text.Json;

namespace Runnel.Cli.Output;

/// <summary>Answers for scripts: one JSON text, one line.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a line to standard output.</summary>
    public static void Write(Action<Utf8JsonWriter> write) => Write(Console.OpenStandardOutput(), write);

    /// <summary>Writes a line to <paramref name="output"/> and closes it.</summary>
    public static void Write(Stream output, Action<Utf8JsonWriter> write)
    {
        using (output)
        {
            using (var writer = new Utf8JsonWriter(output, Plain)) write(writer);
            output.WriteByte((byte)'\n');
        }
    }
}
