using System.Text.Json;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>A device's publish as the oracle knows it: read from its bytes.</summary>
internal static class PublishedFrame
{
    public static SentBatch Read(ReadOnlyMemory<byte> frame, SimulatedConnection connection, long session, KnownEdits edits)
    {
        using var document = JsonDocument.Parse(frame);
        var root = document.RootElement;
        var stream = root.GetProperty("stream").GetString()!;
        return new SentBatch
        {
            Client = connection.Client,
            Stream = stream,
            Ref = root.GetProperty("ref").GetInt64(),
            Connection = connection.Number,
            Session = session,
            Nonce = root.TryGetProperty("nonce", out var nonce) ? nonce.GetString() : null,
            Edits = [.. root.GetProperty("events").EnumerateArray().Select(sent => edits.Sends(Read(sent, stream, connection.Client)))],
            IsDevices = true,
        };
    }

    private static Edit Read(JsonElement sent, string stream, string client) => new(
        stream,
        client,
        sent.GetProperty("clientSeq").GetInt64(),
        sent.GetProperty("precedingSeq").GetInt64(),
        sent.GetProperty("op").GetString()!,
        sent.GetProperty("id").GetString()!)
    {
        Collection = sent.GetProperty("collection").GetString()!,
        FieldsSent = sent.TryGetProperty("fields", out var fields) ? fields.GetRawText() : "{}",
    };
}
