using Runnel.Client.LocalStore;

namespace Runnel.Client.Browser;

/// <summary>
/// A client's local store in the browser: an IndexedDB database of the page's origin, which all tabs of the app share. One tab leads,
/// and talks to the server; the others see its changes at once, and hand it their edits. When it ends, another leads.
/// </summary>
public sealed class IndexedDbReplica : ILocalStoreSource
{
    private readonly string _name;
    private readonly bool _isShared;

    private IndexedDbReplica(string name, bool isShared)
    {
        _name = name;
        _isShared = isShared;
    }

    /// <summary>The store with the name <paramref name="name"/>, which is made when it is opened.</summary>
    /// <param name="name">Its name among the stores of the origin.</param>
    /// <param name="principal">
    /// Who is logged in; <c>null</c> without a login. Each has a store of their own, so that nobody sees or sends what another left.
    /// </param>
    public static IndexedDbReplica Named(string name, string? principal = null) => new($"runnel:{name}{(principal is null ? "" : $":{Uri.EscapeDataString(principal)}")}", isShared: true);

    /// <summary>The same store, for one tab at a time: another waits until it is closed.</summary>
    public IndexedDbReplica ForOneTab() => new(_name, isShared: false);

    /// <inheritdoc/>
    /// <exception cref="PlatformNotSupportedException">This is no browser.</exception>
    public async ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsBrowser()) throw new PlatformNotSupportedException("IndexedDB is there in browsers only; elsewhere keep the client in SQLite.");
        return await IndexedDbStore.OpenAsync(_name, _isShared, cancellationToken).ConfigureAwait(false);
    }
}
