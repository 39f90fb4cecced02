using System.Text.Json;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Connection;

/// <summary>Who the client is at servers. Never changes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Session">How many times it has connected; each connection stores one more before it says hello.</param>
internal sealed record ClientIdentity(ClientId Id, long Session)
{
    public static LocalKey Key { get; } = new(LocalKind.Client, "", "");

    public LocalWrite Write() => new(Key, CanonicalJson.FromObject([
        new("id", CanonicalJson.FromString(Id.Value)),
        new("session", CanonicalJson.FromNumber(Session))]).Utf8);

    /// <exception cref="LocalStoreException">The row cannot be read.</exception>
    public static ClientIdentity Read(ReadOnlySpan<byte> row)
    {
        if (CanonicalJson.TryParse(row, out var value, out _) && value.Kind == JsonValueKind.Object
            && value.Members().ToDictionary() is var members
            && members.GetValueOrDefault("id").TryGetString(out var text) && ClientId.TryParse(text, out var id)
            && members.GetValueOrDefault("session").TryGetInteger(out var session))
        {
            return new ClientIdentity(id, session);
        }
        throw new LocalStoreException("The local store does not say whose it is.");
    }
}
