using System.Text.Json;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>An event as somebody has seen it, in plain values: no code of the product compares them.</summary>
internal readonly record struct ObservedEvent(
    long Seq, string Client, long ClientSeq, long PrecedingSeq, string Op, string Collection, string Id, string Fields)
{
    /// <summary>Reads the bytes of an event, as they lie on the disk.</summary>
    public static ObservedEvent Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new ObservedEvent(
            root.GetProperty("seq").GetInt64(),
            root.GetProperty("client").GetString()!,
            root.GetProperty("clientSeq").GetInt64(),
            root.GetProperty("precedingSeq").GetInt64(),
            root.GetProperty("op").GetString()!,
            root.GetProperty("collection").GetString()!,
            root.GetProperty("id").GetString()!,
            root.TryGetProperty("fields", out var fields) ? fields.GetRawText() : "{}");
    }
}
