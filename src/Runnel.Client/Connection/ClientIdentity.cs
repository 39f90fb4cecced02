using System.Globalization;
using System.Text.Json;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Connection;

/// <summary>Who the client is at servers. Never changes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Session">The session of its last connection; each connection stores a higher one before it says hello.</param>
internal sealed record ClientIdentity(ClientId Id, long Session)
{
    // Two copies of a store that connect at the same time would say the same session if it grew by one; so nearly never.
    private const int MaxStride = 1 << 16;

    private const char Generation = '~';

    public static LocalKey Key { get; } = new(LocalKind.Client, "", "");

    /// <summary>The ids that this store gave up, whose sessions are not raised yet, with the last sessions that it knew.</summary>
    public IReadOnlyList<ClientIdentity> Former { get; init; } = [];

    /// <summary>The identity for the next connection.</summary>
    public ClientIdentity WithNextSession(IdSource ids)
    {
        Span<byte> random = stackalloc byte[2];
        ids.Fill(random);
        return this with { Session = Session + 1 + BitConverter.ToUInt16(random) % MaxStride };
    }

    /// <summary>
    /// The identity of a store that was found to be a copy. The new id sorts right behind the old one, so that a tie of two stamps
    /// falls as it did before.
    /// </summary>
    public ClientIdentity Successor(IdSource ids)
    {
        var (root, generation) = Id.Value.Split(Generation) is [var first, var rest] ? (first, int.Parse(rest.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)) : (Id.Value, 0);
        var id = ClientId.Parse(string.Create(CultureInfo.InvariantCulture, $"{root}{Generation}{generation + 1:x8}{ids.NewId().AsSpan(0, 16)}"));
        return new ClientIdentity(id, 0) { Former = [.. Former, this with { Former = [] }] };
    }

    /// <summary>Whether both ids come from one, which stores gave up that were copies of each other.</summary>
    public static bool AreKin(ClientId left, ClientId right) => RootOf(left) == RootOf(right);

    public LocalWrite Write() => new(Key, CanonicalJson.FromObject([.. Members(), new("former", CanonicalJson.FromArray(Former.Select(former => CanonicalJson.FromObject(former.Members()))))]).Utf8);

    /// <exception cref="LocalStoreException">The row cannot be read.</exception>
    public static ClientIdentity Read(ReadOnlySpan<byte> row)
    {
        if (CanonicalJson.TryParse(row, out var value, out _) && Read(value) is { } identity) return identity;
        throw new LocalStoreException("The local store does not say whose it is.");
    }

    private static string RootOf(ClientId id) => id.Value.Split(Generation)[0];

    private List<KeyValuePair<string, CanonicalJson>> Members() => [new("id", CanonicalJson.FromString(Id.Value)), new("session", CanonicalJson.FromNumber(Session))];

    private static ClientIdentity? Read(CanonicalJson value)
    {
        if (value.Kind != JsonValueKind.Object) return null;
        var members = value.Members().ToDictionary();
        if (!members.GetValueOrDefault("id").TryGetString(out var text) || !ClientId.TryParse(text, out var id) || !members.GetValueOrDefault("session").TryGetInteger(out var session)) return null;
        var former = members.TryGetValue("former", out var rows) ? rows.Elements().Select(Read).OfType<ClientIdentity>() : [];
        return new ClientIdentity(id, session) { Former = [.. former] };
    }
}
