using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Runnel.Client.Outbox;

namespace Todo.Devices;

/// <summary>What the tape shows of a device.</summary>
internal sealed record DeviceView(string Key, string Name, int Number, string Client, string State, long Head, int Taps, int Events, LatestEdit? Latest, bool IsLate)
{
    public static DeviceView Of(Device device)
    {
        var waiting = device.Stream.Outbox.Where(pending => pending.Rejection is null).ToList();
        return new DeviceView(
            device.Key, device.Name, device.Number, device.Runnel.Id.Value, device.State, device.Stream.Head.Value, device.Taps, waiting.Count,
            waiting.Count == 0 ? null : LatestEdit.Of(waiting[^1]), waiting.Count > 0 && device.State == "away");
    }
}

/// <summary>The edit of an outbox that was made last, as it will stand in the stream.</summary>
internal sealed record LatestEdit(string Op, string Id, JsonNode? Fields, long? PrecedingSeq, long? ClientSeq)
{
    public static LatestEdit Of(PendingEvent pending) => new(
        pending.Draft.Op.ToString().ToLowerInvariant(), pending.Key.Id.Value, JsonNode.Parse(pending.Draft.Fields.Wire.ToString()), pending.Draft.PrecedingSeq?.Value, pending.Draft.ClientSeq);
}

/// <summary>How views cross to the page's script.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DeviceView[]))]
internal sealed partial class DeviceJson : JsonSerializerContext;
