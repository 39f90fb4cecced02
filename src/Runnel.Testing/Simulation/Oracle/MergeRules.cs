using System.Text.Json;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>A stream's settings, as the oracle reads them. Never changes.</summary>
internal sealed class MergeRules
{
    private readonly HashSet<string> _updateWins = [];
    private readonly Dictionary<string, HashSet<string>> _keepAll = [];

    /// <summary>Whether the stream's order is that of arrival.</summary>
    public bool IsTotal { get; private init; }

    /// <summary>Reads settings from their JSON.</summary>
    public static MergeRules Read(string settings)
    {
        using var document = JsonDocument.Parse(settings);
        var rules = new MergeRules { IsTotal = document.RootElement.TryGetProperty("order", out var order) && order.GetString() == "total" };
        if (!document.RootElement.TryGetProperty("collections", out var collections)) return rules;
        foreach (var collection in collections.EnumerateObject())
        {
            if (collection.Value.TryGetProperty("onConcurrentDelete", out var rule) && rule.GetString() == "updateWins") rules._updateWins.Add(collection.Name);
            if (!collection.Value.TryGetProperty("fields", out var fields)) continue;
            rules._keepAll[collection.Name] = [.. fields.EnumerateObject().Where(field => field.Value.GetString() == "keepAll").Select(field => field.Name)];
        }
        return rules;
    }

    /// <summary>Whether a later update brings back what was deleted.</summary>
    public bool UpdateWins(string collection) => _updateWins.Contains(collection);

    /// <summary>The fields that keep all concurrent values.</summary>
    public IReadOnlyCollection<string> KeepAll(string collection) => _keepAll.GetValueOrDefault(collection) ?? [];
}
