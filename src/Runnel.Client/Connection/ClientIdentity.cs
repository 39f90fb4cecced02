using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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

    // The highest that the protocol can say.
    private const long LastSession = (1L << 53) - 1;

    private const char Generation = '~';
    private const int SuffixLength = 16;

    // Copies part after a few generations. Whoever makes an id up gets no more than that many hashes out of a client.
    private const int MaxGenerations = 1_000;

    public static LocalKey Key { get; } = new(LocalKind.Client, "", "");

    /// <summary>The ids that this store gave up, and has not ended yet.</summary>
    public IReadOnlyList<ClientIdentity> Former { get; init; } = [];

    /// <summary>
    /// Says the last session that there is: once a home has heard it, nothing counts any more that was said under this id. Any number of copies may say it,
    /// for none of them can tell how many sessions the others have had.
    /// </summary>
    public ClientIdentity Ended => this with { Session = LastSession };

    /// <summary>The identity for the next connection.</summary>
    public ClientIdentity WithNextSession(IdSource ids)
    {
        Span<byte> random = stackalloc byte[2];
        ids.Fill(random);
        return this with { Session = Session + 1 + BitConverter.ToUInt16(random) % MaxStride };
    }

    /// <summary>
    /// Whether the id is the heir of one that was given up, which every copy of the store makes alike; kept until nothing is pending.
    /// </summary>
    public bool IsHeir { get; init; }

    /// <summary>
    /// The identity of a store that was found to be a copy. What is pending goes on under the heir of the id, which living copies share: what they have in
    /// common then lands once, for they send the same numbers. With nothing pending they part: the id is random.
    /// </summary>
    public ClientIdentity GivenUp(bool hasPending, IdSource ids) => (hasPending ? Heir() : Random(ids)) with { Former = [.. Former, this with { Former = [] }] };

    /// <summary>The identity of a store that has nothing pending under an heir any more: one that no copy has. Nothing of its own is on its way.</summary>
    public ClientIdentity Parted(IdSource ids) => Random(ids) with { Former = Former };

    /// <summary>Whether a copy that had the id <paramref name="ancestor"/> gave it up, and then publishes as <paramref name="id"/>: its heir, or an heir of that.</summary>
    public static bool IsHeirOf(ClientId id, ClientId ancestor)
    {
        if (!id.Value.Contains(Generation)) return false;
        var (root, generation) = Parse(ancestor);
        var (idRoot, idGeneration) = Parse(id);
        if (idRoot != root || idGeneration <= generation || idGeneration - generation > MaxGenerations) return false;
        for (; generation < idGeneration; generation++) ancestor = HeirOf(ancestor);
        return id == ancestor;
    }

    public LocalWrite Write() => new(Key, CanonicalJson.FromObject([.. Members(), new("former", CanonicalJson.FromArray(Former.Select(former => CanonicalJson.FromObject(former.Members()))))]).Utf8);

    /// <exception cref="LocalStoreException">The row cannot be read.</exception>
    public static ClientIdentity Read(ReadOnlySpan<byte> row)
    {
        if (CanonicalJson.TryParse(row, out var value, out _) && Read(value) is { } identity) return identity;
        throw new LocalStoreException("The local store does not say whose it is.");
    }

    private ClientIdentity Heir() => new(HeirOf(Id), 0) { IsHeir = true };

    private ClientIdentity Random(IdSource ids) => new(Behind(Id, ids.NewId().AsSpan(0, SuffixLength)), 0);

    private static ClientId HeirOf(ClientId id) => Behind(id, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id.Value))).AsSpan(0, SuffixLength));

    /// <summary>An id of the next generation. It sorts right behind the last one, so that a tie of two stamps falls as it did before.</summary>
    private static ClientId Behind(ClientId id, ReadOnlySpan<char> suffix)
    {
        var (root, generation) = Parse(id);
        return ClientId.Parse(string.Create(CultureInfo.InvariantCulture, $"{root}{Generation}{generation + 1:x8}{suffix}"));
    }

    private static (string Root, int Generation) Parse(ClientId id) =>
        id.Value.Split(Generation) is [var root, { Length: 8 + SuffixLength } rest] && int.TryParse(rest.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var generation) && generation > 0
            ? (root, generation)
            : (id.Value, 0);

    private List<KeyValuePair<string, CanonicalJson>> Members()
    {
        List<KeyValuePair<string, CanonicalJson>> members = [new("id", CanonicalJson.FromString(Id.Value)), new("session", CanonicalJson.FromNumber(Session))];
        if (IsHeir) members.Add(new("heir", CanonicalJson.True));
        return members;
    }

    private static ClientIdentity? Read(CanonicalJson value)
    {
        if (value.Kind != JsonValueKind.Object) return null;
        var members = value.Members().ToDictionary();
        if (!members.GetValueOrDefault("id").TryGetString(out var text) || !ClientId.TryParse(text, out var id) || !members.GetValueOrDefault("session").TryGetInteger(out var session)) return null;
        var former = members.TryGetValue("former", out var rows) ? rows.Elements().Select(Read).OfType<ClientIdentity>() : [];
        return new ClientIdentity(id, session) { Former = [.. former], IsHeir = members.ContainsKey("heir") };
    }
}
