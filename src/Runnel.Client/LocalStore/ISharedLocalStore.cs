namespace Runnel.Client.LocalStore;

/// <summary>
/// A local store that several instances of an app have open at once, as the tabs of a browser do. One of them <em>leads</em>: it alone
/// writes what the store is about, and talks to the server. The others read, and hand the leader their edits as rows of
/// <see cref="LocalKind.Handed"/>, which are durable like any other. Whoever leads may end at any moment; another leads then.
/// </summary>
/// <remarks>As of <see cref="ILocalStore"/>. <see cref="NewsAsync"/> is enumerated once.</remarks>
public interface ISharedLocalStore : ILocalStore
{
    /// <summary>Whether this instance led when the store was opened; <see cref="StoreNews.Leading"/> tells when it does from then on.</summary>
    bool IsLeading { get; }

    /// <summary>Names this instance among those that have or had the store open.</summary>
    string Instance { get; }

    /// <summary>What the other instances do, in order, from the moment on at which the store was opened; ends when the store is closed.</summary>
    IAsyncEnumerable<StoreNews> NewsAsync(CancellationToken cancellationToken);

    /// <summary>Says something to the other instances that are open now. Nobody keeps it.</summary>
    void Say(string text);
}

/// <summary>What an instance of an app learns of the others that have its local store open.</summary>
public abstract record StoreNews
{
    /// <summary>Nobody else leads any more: this instance does.</summary>
    public sealed record Leading : StoreNews;

    /// <summary>The leader has committed these writes.</summary>
    public record Committed(IReadOnlyList<LocalWrite> Writes) : StoreNews;

    /// <summary>The leader has committed things that did not reach this instance: what the store holds is to be read again.</summary>
    public sealed record Missed : StoreNews;

    /// <summary>Another instance has handed something over, or has just opened the store.</summary>
    public sealed record Handed : StoreNews;

    /// <summary>Another instance says something.</summary>
    public sealed record Said(string Text) : StoreNews;

    /// <summary>The app is looked at again, or the network may be back: a hint to try a connection.</summary>
    public sealed record Woken : StoreNews;

    /// <summary>What <see cref="ILocalStore.Warning"/> says has changed.</summary>
    public sealed record Warned : StoreNews;
}
