using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Runnel.Protocol;

namespace Runnel.AspNetCore.Publishing;

/// <summary>
/// Reads <c>{"client":"…","events":[…],"session":n,"nonce":"…"}</c>. What is wrong with the events travels on with the request,
/// because only the stream's home knows whether the session is stale, which is answered first.
/// </summary>
internal static class PublishBody
{
    // An event may nest as deep as one that stands alone, and lies two levels down in the body.
    private const int MaxDepth = CanonicalJson.MaxDepth + 2;

    /// <summary>Reads the body of a publish to <paramref name="stream"/>, or says why there is none in it.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8, StreamName stream, [NotNullWhen(true)] out PublishRequest? request, [NotNullWhen(false)] out Refusal? refusal)
    {
        request = null;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
            var author = new AuthorMembers();
            var events = new EventsMember();
            refusal = ReadMembers(ref reader, ref author, ref events);
            if (refusal is not null || !author.TryGetClient(out var client, out refusal) || !events.TryGet(out var drafts, out refusal)) return false;
            request = new PublishRequest
            {
                Stream = stream, Client = client, Session = author.Session, Nonce = author.Nonce, Events = drafts, ShapeRefusal = events.ShapeRefusal,
            };
            return true;
        }
        catch (JsonException exception)
        {
            refusal = Invalid($"The body is not JSON that can be read: {exception.Message}");
        }
        catch (InvalidOperationException)   // the reader's way to say: invalid UTF-8, or an escaped lone surrogate
        {
            refusal = Invalid("The body holds a text that is not well-formed Unicode.");
        }
        return false;
    }

    /// <summary>Reads to the very end, so that whatever is no JSON is found.</summary>
    private static Refusal? ReadMembers(ref Utf8JsonReader reader, ref AuthorMembers author, ref EventsMember events)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return Invalid("A publish is a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!author.TryRead(ref reader) && !events.TryRead(ref reader)) reader.Skip();
        }
        reader.Read();
        return null;
    }

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidMessage, message);

    /// <summary>The member <c>events</c>.</summary>
    private struct EventsMember
    {
        private List<EventDraft>? _drafts;
        private string? _error;

        /// <summary>What is wrong with the first event that is wrong.</summary>
        public Refusal? ShapeRefusal { get; private set; }

        public bool TryRead(ref Utf8JsonReader reader)
        {
            if (!reader.ValueTextEquals("events"u8)) return false;
            if (_drafts is not null) _error ??= "events is there twice.";
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray) ReadEvents(ref reader);
            else _error ??= "events is an array.";
            reader.Skip();
            return true;
        }

        public readonly bool TryGet([NotNullWhen(true)] out IReadOnlyList<EventDraft>? drafts, [NotNullWhen(false)] out Refusal? refusal)
        {
            drafts = _drafts;
            var error = _error ?? (_drafts is null ? "events is missing." : null);
            refusal = error is null ? null : Invalid(error);
            return drafts is not null && refusal is null;
        }

        private void ReadEvents(ref Utf8JsonReader reader)
        {
            _drafts = [];
            var count = 0;
            for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
            {
                if (ShapeRefusal is not null) reader.Skip();
                else if (EventCodec.TryReadDraft(ref reader, out var draft, out var refusal)) _drafts.Add(draft);
                else ShapeRefusal = refusal with { Message = $"events[{count}]: {refusal.Message}" };
            }
            if (count == 0) ShapeRefusal = Invalid("events is empty.");
        }
    }
}
