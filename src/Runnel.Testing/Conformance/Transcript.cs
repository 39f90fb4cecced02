namespace Runnel.Testing.Conformance;

/// <summary>All that was sent and came back, as lines that people can read. Safe for use by several threads at once.</summary>
internal sealed class Transcript
{
    // Enough to see what happened, too little to fill a screen.
    private const int MaxLength = 1_000;
    private const int MaxLines = 400;

    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public void Add(string who, char direction, string text)
    {
        lock (_lines)
        {
            if (_lines.Count < MaxLines) _lines.Add($"{who}{direction} {Shorten(text)}");
            else if (_lines.Count == MaxLines) _lines.Add("…");
        }
    }

    /// <summary>The text, cut off where it is long.</summary>
    public static string Shorten(string text) => text.Length <= MaxLength ? text : $"{text[..MaxLength]}… ({text.Length} characters)";
}
