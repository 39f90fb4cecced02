using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>A step of a case, as the file says it: what is done is the name of its first member.</summary>
internal readonly record struct Step(JsonElement Written)
{
    /// <summary>What is done.</summary>
    public string Action => Written.EnumerateObject().First().Name;

    /// <summary>Which request, socket or live read it is done with.</summary>
    public string Target => Written.EnumerateObject().First().Value.GetString()!;

    /// <summary>A member that must be there.</summary>
    public JsonElement this[string name] => Find(name) ?? throw new FormatException($"The step lacks \"{name}\": {Written.GetRawText()}");

    /// <summary>A member, if it is there.</summary>
    public JsonElement? Find(string name) => Written.TryGetProperty(name, out var member) ? member : null;
}
