namespace Runnel.Client.Ordering;

/// <summary>
/// How a new order key is found between two: keys are paths of steps, compared step by step. Keys grow by the logarithm of how often
/// somebody goes on at one place in one direction, at the beginning, at the end or in the middle; only who changes direction every time makes them
/// longer with each step, which no way of numbering without renumbering avoids.
/// </summary>
/// <remarks>
/// The paths with the authors' tags are those of S. Weiss, P. Urso, P. Molli, "Logoot" (2009); the numbers that sort as text those of
/// D. Greenspan, "Implementing fractional indexing" (2020); the lower bound is that of E. Cohen, H. Kaplan, T. Milo, "Labeling dynamic XML
/// trees" (2002).
/// </remarks>
internal static class OrderPath
{
    /// <summary>Whether the text is a path.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            if (!OrderStep.TryRead(ref text, out _)) return false;
        }
        return true;
    }

    /// <summary>A path behind <paramref name="after"/> (empty: the beginning) and before <paramref name="before"/> (empty: the end).</summary>
    public static string Between(ReadOnlySpan<char> after, ReadOnlySpan<char> before, string tag)
    {
        if (before.IsEmpty) return Behind(after, tag);
        var path = "";
        while (true)
        {
            OrderStep.TryRead(ref before, out var high);
            // What begins like the one before it goes on lower than that does.
            if (!OrderStep.TryRead(ref after, out var low)) return path + new OrderStep(high.Number - 1, tag);
            if (low.Number + 1 < high.Number) return path + new OrderStep(low.Number + 1, tag);
            path += low;
            // From here on anything is before the one behind, so that nothing but the one before counts.
            if (low != high) return path + Behind(after, tag);
        }
    }

    /// <summary>Five digits that tell an author from most others.</summary>
    public static string TagOf(ClientId author)
    {
        // FNV-1a: the same on every platform, so that an author keeps its tag.
        var hash = 14695981039346656037UL;
        foreach (var unit in author.Value) hash = (hash ^ unit) * 1099511628211UL;
        return OrderStep.ToTag(hash);
    }

    /// <summary>The next path on the level that <paramref name="after"/> begins with.</summary>
    private static string Behind(ReadOnlySpan<char> after, string tag) =>
        new OrderStep(OrderStep.TryRead(ref after, out var last) ? last.Number + 1 : 0, tag).ToString();
}
