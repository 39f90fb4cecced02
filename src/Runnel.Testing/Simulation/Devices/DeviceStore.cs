using Runnel.Testing.LocalStores;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>A device's disk, as the world treats it.</summary>
internal sealed class DeviceStore
{
    private readonly Func<ValueTask> _ended;

    /// <summary>Puts a device on <paramref name="disk"/>; <paramref name="ended"/> is called when its process ends in a commit.</summary>
    public DeviceStore(IDeviceDisk disk, Func<ValueTask> ended)
    {
        Disk = disk;
        _ended = ended;
        disk.Fate = _ => LastFate = NextFate;
    }

    /// <summary>The disk.</summary>
    public IDeviceDisk Disk { get; }

    /// <summary>What becomes of commits from now on.</summary>
    public LocalCommitFate NextFate { get; set; }

    /// <summary>What became of the last one.</summary>
    public LocalCommitFate LastFate { get; private set; }

    /// <summary>The process has ended in a commit.</summary>
    public ValueTask EndsAsync() => _ended();
}
