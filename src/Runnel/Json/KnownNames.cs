using System.Text;
using System.Text.Json;

namespace Runnel;

/// <summary>
/// The names that a thread read last, so that those that come with every event, of clients, collections and fields, are one string
/// each: less to make, and far less to keep.
/// </summary>
internal static class KnownNames
{
    // More than the fields of most streams; two names that fall on one place only take turns.
    private const int Places = 256;

    // That of the longest name of the protocol's; other texts are not worth their place.
    private const int MaxLength = 64;

    [ThreadStatic]
    private static string[]? _names;

    /// <summary>Reads the text that <paramref name="reader"/> stands on.</summary>
    /// <exception cref="InvalidOperationException">It is not well-formed Unicode.</exception>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped || reader.HasValueSequence || reader.ValueSpan.Length is 0 or > MaxLength) return reader.GetString()!;
        var utf8 = reader.ValueSpan;
        ref var known = ref (_names ??= new string[Places])[PlaceOf(utf8)];
        if (known is not null && Ascii.Equals(utf8, known)) return known;
        return known = reader.GetString()!;
    }

    private static int PlaceOf(ReadOnlySpan<byte> utf8)
    {
        var hash = utf8.Length;
        foreach (var unit in utf8) hash = (hash * 31) + unit;
        return hash & (Places - 1);
    }
}
