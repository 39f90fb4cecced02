namespace Runnel;

/// <summary>Orders text by its UTF-8 bytes, as every replica in every language does.</summary>
public static class Utf8Order
{
    /// <summary>Compares two well-formed texts by their UTF-8 bytes, without encoding them.</summary>
    /// <remarks>UTF-16 order differs from it only where a surrogate meets U+E000-U+FFFF, which sorts below in UTF-8.</remarks>
    public static int Compare(string left, string right)
    {
        var shared = left.AsSpan().CommonPrefixLength(right);
        if (shared == left.Length || shared == right.Length) return left.Length.CompareTo(right.Length);
        return Rank(left[shared]).CompareTo(Rank(right[shared]));
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
