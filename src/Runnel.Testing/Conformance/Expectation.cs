using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>Which message a case waits for: the oldest of its type that has its <c>stream</c> and <c>ref</c>, as far as the case names them.</summary>
internal sealed class Expectation(JsonElement expected)
{
    /// <summary>Whether <paramref name="message"/> is the one; whether it is also right is another question.</summary>
    public bool IsMeant(JsonElement message) => Agrees(message, "type") && IsAddressed(message);

    /// <summary>Whether <paramref name="message"/> answers the same thing in another way, so that it is vain to wait on.</summary>
    public bool IsInstead(JsonElement message)
    {
        if (Agrees(message, "type") || !IsAddressed(message)) return false;
        if (Names("ref")) return true;
        // Without a ref only these two answer the same message: a subscribe.
        return (Inbox.Says(message, "type", "error") && !message.TryGetProperty("ref", out _) && (Says("subscribed") || Says("welcome")))
            || (Says("error") && Names("stream") && Inbox.Says(message, "type", "subscribed"));
    }

    public override string ToString() => Transcript.Shorten(expected.GetRawText());

    private bool IsAddressed(JsonElement message) => Agrees(message, "stream") && Agrees(message, "ref");

    private bool Says(string type) => Inbox.Says(expected, "type", type);

    private bool Names(string member) => expected.TryGetProperty(member, out var value) && !IsWord(value);

    /// <summary>Whether the message has the member as the case names it; true if the case does not.</summary>
    private bool Agrees(JsonElement message, string member) =>
        !Names(member) || (message.TryGetProperty(member, out var value) && value.GetRawText() == expected.GetProperty(member).GetRawText());

    private static bool IsWord(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is ['$', ..];
}
