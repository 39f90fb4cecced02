using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Runnel;

/// <summary>What the protocol lets a name be.</summary>
internal static class NameRules
{
    private const int StreamNameMax = 200;
    private const int ClientIdMax = 64;
    private const int MemberNameMax = 64;
    private const int ObjectIdMax = 128;

    private static readonly SearchValues<char> StreamCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:~-");

    private static readonly SearchValues<char> MemberCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsStreamName([NotNullWhen(true)] string? text) => IsPathSafe(text, StreamNameMax);

    public static bool IsClientId([NotNullWhen(true)] string? text) => IsPathSafe(text, ClientIdMax);

    public static bool IsMemberName([NotNullWhen(true)] string? text) =>
        text is { Length: >= 1 and <= MemberNameMax }
        && (char.IsAsciiLetter(text[0]) || text[0] == '_')
        && !text.AsSpan().ContainsAnyExcept(MemberCharacters);

    public static bool IsObjectId([NotNullWhen(true)] string? text)
    {
        if (text is not { Length: >= 1 and <= ObjectIdMax }) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }

    // "." and ".." would be folded away by every URL parser on the way.
    private static bool IsPathSafe([NotNullWhen(true)] string? text, int max) =>
        text is { Length: >= 1 } && text.Length <= max && text is not ("." or "..")
        && !text.AsSpan().ContainsAnyExcept(StreamCharacters);
}
