namespace Runnel;

/// <summary>Quotes what somebody sent, in messages that people read: enough to find it, never all of a large one.</summary>
internal static class Excerpt
{
    private const int MaxLength = 80;

    /// <summary>The text, cut off with <c>…</c> where it is long.</summary>
    public static string Of(string text)
    {
        if (text.Length <= MaxLength) return text;
        var end = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
