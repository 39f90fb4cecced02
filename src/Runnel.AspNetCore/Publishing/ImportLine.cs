using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Runnel.Protocol;

namespace Runnel.AspNetCore.Publishing;

/// <summary>One line of an import: an event that carries its own <c>client</c>, and perhaps <c>session</c> and <c>nonce</c>.</summary>
/// <param name="Number">The line's place in the import, from 1.</param>
/// <param name="Client">The author.</param>
/// <param name="Session">The author's session; 0 if none is said.</param>
/// <param name="Nonce">The nonce; <c>null</c> for none.</param>
/// <param name="Event">The event; <c>null</c> if it has no shape that can be stored.</param>
/// <param name="ShapeRefusal">What is wrong with the event, if something is.</param>
internal sealed record ImportLine(int Number, ClientId Client, long Session, string? Nonce, EventDraft? Event, Refusal? ShapeRefusal)
{
    /// <summary>Reads a line, or says why there is no event of anybody in it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, int number, [NotNullWhen(true)] out ImportLine? line, [NotNullWhen(false)] out Refusal? refusal)
    {
        line = null;
        try
        {
            var author = new AuthorMembers();
            if (!TryReadAuthor(utf8, ref author, out refusal) || !author.TryGetClient(out var client, out refusal)) return false;
            line = EventCodec.TryParseDraft(utf8, out var draft, out var shapeRefusal)
                ? new ImportLine(number, client, author.Session, author.Nonce, draft, null)
                : new ImportLine(number, client, author.Session, author.Nonce, null, shapeRefusal);
            return true;
        }
        catch (JsonException exception)
        {
            refusal = new Refusal(ErrorCode.InvalidMessage, $"The line is not JSON that can be read: {exception.Message}");
        }
        catch (InvalidOperationException)   // the reader's way to say: invalid UTF-8, or an escaped lone surrogate
        {
            refusal = new Refusal(ErrorCode.InvalidMessage, "The line holds a text that is not well-formed Unicode.");
        }
        return false;
    }

    /// <summary>Whether both may travel in one batch.</summary>
    public bool HasAuthorOf(ImportLine other) => Client == other.Client && Session == other.Session && Nonce == other.Nonce;

    private static bool TryReadAuthor(ReadOnlySpan<byte> utf8, ref AuthorMembers author, [NotNullWhen(false)] out Refusal? refusal)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = CanonicalJson.MaxDepth });
        reader.Read();
        refusal = reader.TokenType == JsonTokenType.StartObject ? null : new Refusal(ErrorCode.InvalidEvent, "A line is a JSON object: an event with its client.");
        if (refusal is not null) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!author.TryRead(ref reader)) reader.Skip();
        }
        reader.Read();
        return true;
    }
}
