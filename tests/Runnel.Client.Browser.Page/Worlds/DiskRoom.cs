using Runnel.Testing.LocalStores;

namespace Runnel.Client.Browser.Page.Worlds;

/// <summary>All disks of a world, and what was done to them.</summary>
internal sealed class DiskRoom(string name) : IAsyncDisposable
{
    private readonly List<IndexedDbDisk> _disks = [];

    /// <summary>How many commits reached IndexedDB, by what became of them.</summary>
    public Dictionary<LocalCommitFate, int> Commits { get; } = [];

    /// <summary>How many databases were copied.</summary>
    public int Copies { get; set; }

    /// <summary>A disk with nothing on it.</summary>
    public IndexedDbDisk NewDisk()
    {
        _disks.Add(new IndexedDbDisk(this, $"{name}-{_disks.Count}"));
        return _disks[^1];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var disk in _disks)
        {
            await disk.CrashAsync();
            await Databases.RemoveAsync(disk.Database);
        }
    }
}
