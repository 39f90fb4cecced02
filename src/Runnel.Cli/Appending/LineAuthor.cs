using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Runnel.Cli.Appending;

/// <summary>
/// Gives each line the author's numbers that it lacks, the same ones every time the same lines come: so a run can be repeated, and
/// what is there already is found again.
/// </summary>
/// <param name="client">The client of lines that name none.</param>
internal sealed class LineAuthor(string client)
{
    private readonly Dictionary<string, long> _lastClientSeqs = [];

    /// <summary>The client of lines that name none, told by the stream and by the hash of all that is appended.</summary>
    public static string ClientOf(StreamName stream, ReadOnlySpan<byte> contentHash) =>
        $"file-{Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(stream.Value), 0, .. contentHash]))[..32]}";

    /// <summary>The line with <c>client</c> and <c>clientSeq</c>; as it is, if it is not an object and the server has to say so.</summary>
    public Line Complete(Line line)
    {
        if (!TryReadNumbers(line.Text.Span, out var author, out var clientSeq)) return line;
        var name = author ?? client;
        var number = clientSeq ?? _lastClientSeqs.GetValueOrDefault(name) + 1;
        _lastClientSeqs[name] = number;
        var missing = (author is null ? $"\"client\":\"{name}\"," : "") + (clientSeq is null ? $"\"clientSeq\":{number}," : "");
        return missing.Length == 0 ? line : line with { Text = Insert(line.Text, missing) };
    }

    /// <summary>The event with <paramref name="client"/>, if it names none; its other numbers are left to the server.</summary>
    public static byte[] WithClient(ReadOnlyMemory<byte> text, string client) =>
        TryReadNumbers(text.Span, out var author, out _) && author is null ? Insert(text, $"\"client\":\"{client}\",") : text.ToArray();

    private static bool TryReadNumbers(ReadOnlySpan<byte> text, out string? author, out long? clientSeq)
    {
        (author, clientSeq) = (null, null);
        try
        {
            var reader = new Utf8JsonReader(text);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isClient, isClientSeq) = (reader.ValueTextEquals("client"u8), reader.ValueTextEquals("clientSeq"u8));
                reader.Read();
                if (isClient && reader.TokenType == JsonTokenType.String) author = reader.GetString();
                else if (isClientSeq && reader.TryGetInt64(out var number)) clientSeq = number;
                else if (isClient || isClientSeq) return false;
                reader.Skip();
            }
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;   // the server says better what is wrong with it
        }
    }

    private static byte[] Insert(ReadOnlyMemory<byte> text, string members)
    {
        var after = text.Span.IndexOf((byte)'{') + 1;
        var rest = text.Span[after..];
        // An object without members takes no comma.
        if (rest.TrimStart(" \t\r\n"u8) is [(byte)'}', ..]) members = members.TrimEnd(',');
        return [.. text.Span[..after], .. Encoding.UTF8.GetBytes(members), .. rest];
    }
}
