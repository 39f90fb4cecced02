using System.Runtime.CompilerServices;
using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Browser;

/// <summary>The rows of a local store in IndexedDB. As all of a browser's page, it runs on one thread.</summary>
[SupportedOSPlatform("browser")]
internal sealed class IndexedDbStore : ISharedLocalStore
{
    // What people should know, and why: see docs/browser.md.
    private const string MayBeEvicted = "The browser may delete what this page keeps when space runs short or the page is not visited for long: let changes reach the server.";
    private const string HasVanished = "The browser has deleted what this page had kept. What the server has comes back; what had not been sent is lost.";

    private readonly JSObject _store;
    private readonly Channel<StoreNews> _news = Channel.CreateUnbounded<StoreNews>(new UnboundedChannelOptions { SingleReader = true });
    private bool _hasVanished, _isKept = true, _isHandedWaiting;
    private int _caughtUp;

    private IndexedDbStore(string name) => _store = StoreModule.Create(name, Hear);

    public bool IsLeading { get; private set; }

    public string Instance { get; } = Guid.NewGuid().ToString("N");

    public string? Warning => _hasVanished ? HasVanished : _isKept ? null : MayBeEvicted;

    /// <exception cref="LocalStoreException">The store cannot be opened.</exception>
    public static async Task<IndexedDbStore> OpenAsync(string name, bool isShared, CancellationToken cancellationToken)
    {
        await StoreModule.ImportAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var store = new IndexedDbStore(name);
        try
        {
            using var giveUp = cancellationToken.Register(() => StoreModule.Close(store._store));
            store.IsLeading = await StoreModule.OpenAsync(store._store, isShared).ConfigureAwait(false);
            return store;
        }
        catch (JSException exception)
        {
            await store.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new LocalStoreException($"The local store {name} cannot be opened: {exception.Message}", exception);
        }
    }

    public async ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken)
    {
        try
        {
            await StoreModule.CommitAsync(_store, RowPacket.Write(writes), IsLeading).ConfigureAwait(false);
        }
        catch (JSException exception)
        {
            throw new LocalStoreException($"The local store cannot be written: {exception.Message}", exception);
        }
    }

    public async IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // IndexedDB sorts text by UTF-16 units.
        foreach (var row in (await ReadAsync(kind, stream).ConfigureAwait(false)).Order(ByName.Order))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    public async IAsyncEnumerable<StoreNews> NewsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var news in _news.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (news is NumberedCommit { Number: var number } && number <= _caughtUp) continue;   // read already, with what came after it
            if (news is StoreNews.Leading or StoreNews.Missed) _caughtUp = await StoreModule.CatchUpAsync(_store).ConfigureAwait(false);
            if (news is StoreNews.Leading) IsLeading = true;
            if (news is StoreNews.Handed) _isHandedWaiting = false;
            yield return news;
        }
    }

    public void Say(string text) => StoreModule.Say(_store, text);

    public ValueTask DisposeAsync()
    {
        _news.Writer.TryComplete();
        StoreModule.Close(_store);
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<List<LocalRow>> ReadAsync(LocalKind kind, string stream)
    {
        try
        {
            using var answer = await StoreModule.ReadAsync(_store, (int)kind, stream).ConfigureAwait(false);
            return [.. RowPacket.Read(Bytes(answer)).Select(write => new LocalRow(write.Key.Name, write.Value!.Value))];
        }
        catch (JSException exception)
        {
            throw new LocalStoreException($"The local store cannot be read: {exception.Message}", exception);
        }
    }

    private void Hear(string kind, JSObject? detail)
    {
        using (detail)
        {
            switch (kind)
            {
                case "committed": Tell(new NumberedCommit(detail!.GetPropertyAsInt32("number"), [.. RowPacket.Read(Bytes(detail, "packet"))])); break;
                case "missed": Tell(new StoreNews.Missed()); break;
                case "leading": Tell(new StoreNews.Leading()); break;
                case "handed" when _isHandedWaiting: break;   // whoever hears of one looks for all
                case "handed":
                    _isHandedWaiting = true;
                    Tell(new StoreNews.Handed());
                    break;
                case "said": Tell(new StoreNews.Said(detail!.GetPropertyAsString("text")!)); break;
                case "woken": Tell(new StoreNews.Woken()); break;
                case "vanished": Warn(hasVanished: true, _isKept); break;
                case "kept": Warn(_hasVanished, isKept: true); break;
                case "evictable": Warn(_hasVanished, isKept: false); break;
            }
        }
    }

    private void Warn(bool hasVanished, bool isKept)
    {
        (_hasVanished, _isKept) = (hasVanished, isKept);
        Tell(new StoreNews.Warned());
    }

    private void Tell(StoreNews news) => _news.Writer.TryWrite(news);

    private static byte[] Bytes(JSObject detail, string property = "bytes") => detail.GetPropertyAsByteArray(property) ?? [];

    private sealed record NumberedCommit(int Number, IReadOnlyList<LocalWrite> Writes) : StoreNews.Committed(Writes);

    private sealed class ByName : IComparer<LocalRow>
    {
        public static readonly ByName Order = new();

        public int Compare(LocalRow left, LocalRow right) => Utf8Order.Compare(left.Name, right.Name);
    }
}
