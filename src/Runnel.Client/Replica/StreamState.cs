using System.Text.Json;
using Runnel.Records;

namespace Runnel.Client.Replica;

/// <summary>What a replica remembers of its stream, beside records and outbox. Never changes.</summary>
/// <param name="Id">The stream's id at the server; <c>null</c> before the first contact.</param>
/// <param name="Settings">How its records merge.</param>
/// <param name="Head">The end of the gapless prefix that is reconciled.</param>
internal sealed record StreamState(string? Id, StreamSettings Settings, Seq Head)
{
    /// <summary>The id whose numbers are remembered; <c>null</c> for that of the store.</summary>
    public ClientId? Client { get; init; }

    /// <summary>The highest own number that came back; 0 if none.</summary>
    public long LastOwn { get; init; }

    /// <summary>The nonce of the publish that held it.</summary>
    public string? LastNonce { get; init; }

    /// <summary>The settings that the app asks for, until the server has them or has refused them.</summary>
    public StreamSettings? Wish { get; init; }

    /// <summary>The ids that this store gave up, as long as pending edits may stand in the stream under one of them.</summary>
    public IReadOnlyList<ClientId> FormerIds { get; init; } = [];

    /// <summary>The last place in the outbox of what was made under one of them.</summary>
    public long LastFormerPlace { get; init; }

    public static StreamState New(StreamSettings settings) => new(null, settings, Seq.None);

    public ReadOnlyMemory<byte> Write()
    {
        var members = new List<KeyValuePair<string, CanonicalJson>>
        {
            new("settings", Settings.Wire),
            new("head", CanonicalJson.FromNumber(Head.Value)),
            new("lastOwn", CanonicalJson.FromNumber(LastOwn)),
        };
        if (Id is not null) members.Add(new("id", CanonicalJson.FromString(Id)));
        if (Client is { } client) members.Add(new("client", CanonicalJson.FromString(client.Value)));
        if (LastNonce is not null) members.Add(new("lastNonce", CanonicalJson.FromString(LastNonce)));
        if (Wish is not null) members.Add(new("wish", Wish.Wire));
        if (FormerIds.Count > 0) members.Add(new("formerIds", CanonicalJson.FromArray(FormerIds.Select(id => CanonicalJson.FromString(id.Value)))));
        if (LastFormerPlace > 0) members.Add(new("lastFormerPlace", CanonicalJson.FromNumber(LastFormerPlace)));
        return CanonicalJson.FromObject(members).Utf8;
    }

    /// <summary>The state as it is for <paramref name="client"/>: numbers of an id that was given up while the stream rested are not its own.</summary>
    public StreamState Of(ClientId client) =>
        Client is { } known && known != client ? this with { Client = client, LastOwn = 0, LastNonce = null } : this with { Client = client };

    /// <exception cref="FormatException">The row is none of this version's.</exception>
    public static StreamState Read(ReadOnlySpan<byte> row)
    {
        try
        {
            return ReadMembers(row);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)   // a member that is out of range, or of another type
        {
            throw new FormatException($"The stream's row cannot be read: {exception.Message}", exception);
        }
    }

    private static StreamState ReadMembers(ReadOnlySpan<byte> row)
    {
        if (!CanonicalJson.TryParse(row, out var value, out var error) || value.Kind != JsonValueKind.Object) throw new FormatException($"The stream's row cannot be read: {error}");
        var members = value.Members().ToDictionary();
        if (!members.TryGetValue("settings", out var settings)) throw new FormatException("The stream's row lacks \"settings\".");
        return new StreamState(Text(members, "id"), StreamSettings.Parse(settings), new Seq(Number(members, "head")))
        {
            Client = members.TryGetValue("client", out var client) ? ToClient(client) : null,
            LastOwn = Number(members, "lastOwn"),
            LastNonce = Text(members, "lastNonce"),
            Wish = members.TryGetValue("wish", out var wish) ? StreamSettings.Parse(wish) : null,
            LastFormerPlace = members.ContainsKey("lastFormerPlace") ? Number(members, "lastFormerPlace") : 0,
            FormerIds = members.TryGetValue("formerIds", out var ids) ? [.. ids.Elements().Select(ToClient)] : [],
        };
    }

    private static ClientId ToClient(CanonicalJson id) => id.TryGetString(out var text) ? ClientId.Parse(text) : throw new FormatException("A client id is a string.");

    private static string? Text(Dictionary<string, CanonicalJson> members, string name) =>
        members.TryGetValue(name, out var value) && value.TryGetString(out var text) ? text : null;

    private static long Number(Dictionary<string, CanonicalJson> members, string name) =>
        members.TryGetValue(name, out var value) && value.TryGetInteger(out var number) ? number : throw new FormatException($"The stream's row lacks \"{name}\".");
}
