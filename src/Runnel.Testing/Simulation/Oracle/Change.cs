using System.Text.Json;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>What an edit does to one field, read by the oracle for itself. Never changes.</summary>
internal abstract record Change
{
    private Change() { }

    /// <summary>The change as a delta's JSON.</summary>
    public abstract string Wire { get; }

    /// <summary>Reads a delta.</summary>
    public static Change Read(JsonElement delta)
    {
        if (delta.ValueKind != JsonValueKind.Object) return new Set(delta.GetRawText());
        if (delta.TryGetProperty("$set", out var literal)) return new Set(literal.GetRawText());
        if (delta.TryGetProperty("$inc", out var amount)) return new Add(amount.GetInt64());
        if (!delta.TryGetProperty("$add", out _) && !delta.TryGetProperty("$remove", out _)) return new Set(delta.GetRawText());
        return new Elements(ReadElements(delta, "$add"), ReadElements(delta, "$remove"));
    }

    /// <summary>The elements of an array in JSON; <c>null</c> if it is none.</summary>
    public static IReadOnlyList<string>? ElementsOf(string json)
    {
        if (!json.StartsWith('[')) return null;
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(element => element.GetRawText())];
    }

    /// <summary>A set as an array in JSON.</summary>
    public static string ToArray(IEnumerable<string> elements) => $"[{string.Join(',', elements.Distinct().OrderBy(element => element, StringComparer.Ordinal))}]";

    private static List<string> ReadElements(JsonElement delta, string name) =>
        delta.TryGetProperty(name, out var elements) ? [.. elements.EnumerateArray().Select(element => element.GetRawText()).OrderBy(element => element, StringComparer.Ordinal)] : [];

    /// <summary>A plain value, as canonical JSON.</summary>
    public sealed record Set(string Json) : Change
    {
        public override string Wire => Json;
    }

    /// <summary>An increment.</summary>
    public sealed record Add(long Amount) : Change
    {
        public override string Wire => $$"""{"$inc":{{Amount}}}""";
    }

    /// <summary>Elements that join a set and leave it; sorted, as canonical JSON.</summary>
    public sealed record Elements(IReadOnlyList<string> Added, IReadOnlyList<string> Removed) : Change
    {
        public override string Wire => $"{{{string.Join(',', Parts())}}}";

        public bool Equals(Elements? other) => other is not null && Wire == other.Wire;

        public override int GetHashCode() => Wire.GetHashCode(StringComparison.Ordinal);

        private IEnumerable<string> Parts()
        {
            if (Added.Count > 0) yield return $"\"$add\":{ToArray(Added)}";
            if (Removed.Count > 0) yield return $"\"$remove\":{ToArray(Removed)}";
        }
    }
}
