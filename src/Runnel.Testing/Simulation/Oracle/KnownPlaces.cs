using System.Text;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>The places that users gave to what they moved: each lies where it was asked for, and no two users have the same one.</summary>
internal sealed class KnownPlaces
{
    private readonly Dictionary<string, string> _choosers = [];

    /// <summary>
    /// A user puts something behind the first <paramref name="ahead"/> of the places that it sees, and gets the place <paramref name="chosen"/>
    /// for it. Gives what is wrong, if something is.
    /// </summary>
    public string? Chooses(string client, IEnumerable<string> seen, int ahead, string chosen)
    {
        var sorted = seen.Distinct().ToList();
        sorted.Sort(Compare);
        if (ahead > 0 && Compare(sorted[ahead - 1], chosen) >= 0) return $"{chosen} is not behind {sorted[ahead - 1]}";
        if (ahead < sorted.Count && Compare(chosen, sorted[ahead]) >= 0) return $"{chosen} is not before {sorted[ahead]}";
        // The copies of a store choose alike, for they are one client until they find out.
        if (!_choosers.TryAdd(chosen, client) && _choosers[chosen] != client) return $"{chosen} is the place that {_choosers[chosen]} has chosen too";
        return null;
    }

    private static int Compare(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}
