using System.Threading.Channels;
using Runnel.Client.LocalStore;
using Runnel.Client.Tests.Devices;

namespace Runnel.Client.Tests.Sharing;

/// <summary>A device's disk as one of several instances has it open at once; what an instance learns of the others, the test tells it.</summary>
internal sealed class SharedStore(MemoryStore disk, string instance, bool isLeading) : ILocalStoreSource, ISharedLocalStore
{
    private readonly Channel<StoreNews> _news = Channel.CreateUnbounded<StoreNews>();
    private ILocalStore? _opened;

    public bool IsLeading => isLeading;

    public string Instance => instance;

    public async ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken)
    {
        _opened = await disk.OpenAsync(cancellationToken);
        return this;
    }

    public void Tell(StoreNews news) => _news.Writer.TryWrite(news);

    public void Say(string text) { }

    public IAsyncEnumerable<StoreNews> NewsAsync(CancellationToken cancellationToken) => _news.Reader.ReadAllAsync(cancellationToken);

    public ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken) => _opened!.CommitAsync(writes, cancellationToken);

    public IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, CancellationToken cancellationToken) => _opened!.ReadAsync(kind, stream, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _news.Writer.TryComplete();
        return _opened?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
