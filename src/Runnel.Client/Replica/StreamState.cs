using System.Text.Json;
using Runnel.Records;

namespace Runnel.Client.Replica;

/// <summary>What a replica remembers of its stream, beside records and outbox. Never changes.</summary>
/// <param name="Id">The stream's id at the server; <c>null</c> before the first contact.</param>
/// <param name="Settings">How its records merge.</param>
/// <param name="Head">The end of the gapless prefix that is reconciled.</param>
/// <param name="LastOwn">The highest own number that came back; 0 if none.</param>
/// <param name="LastNonce">The nonce of the publish that held it.</param>
internal sealed record StreamState(string? Id, StreamSettings Settings, Seq Head, long LastOwn, string? LastNonce)
{
    public static StreamState New(StreamSettings settings) => new(null, settings, Seq.None, 0, null);

    public ReadOnlyMemory<byte> Write()
    {
        var members = new List<KeyValuePair<string, CanonicalJson>>
        {
            new("settings", Settings.Wire),
            new("head", CanonicalJson.FromNumber(Head.Value)),
            new("lastOwn", CanonicalJson.FromNumber(LastOwn)),
        };
        if (Id is not null) members.Add(new("id", CanonicalJson.FromString(Id)));
        if (LastNonce is not null) members.Add(new("lastNonce", CanonicalJson.FromString(LastNonce)));
        return CanonicalJson.FromObject(members).Utf8;
    }

    /// <exception cref="FormatException">The row is none of this version's.</exception>
    public static StreamState Read(ReadOnlySpan<byte> row)
    {
        if (!CanonicalJson.TryParse(row, out var value, out var error) || value.Kind != JsonValueKind.Object) throw new FormatException($"The stream's row cannot be read: {error}");
        var members = value.Members().ToDictionary();
        return new StreamState(
            Text(members, "id"), StreamSettings.Parse(members["settings"]), new Seq(Number(members, "head")), Number(members, "lastOwn"), Text(members, "lastNonce"));
    }

    private static string? Text(Dictionary<string, CanonicalJson> members, string name) =>
        members.TryGetValue(name, out var value) && value.TryGetString(out var text) ? text : null;

    private static long Number(Dictionary<string, CanonicalJson> members, string name) =>
        members.TryGetValue(name, out var value) && value.TryGetInteger(out var number) ? number : throw new FormatException($"The stream's row lacks \"{name}\".");
}
