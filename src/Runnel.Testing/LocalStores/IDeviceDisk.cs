using Runnel.Client.LocalStore;
using Runnel.Testing.Simulation;

namespace Runnel.Testing.LocalStores;

/// <summary>
/// The disk of a simulated device. What it does may take real time: none passes in the world meanwhile, as long as that is run by
/// <see cref="Simulator.RunAsync"/>.
/// </summary>
internal interface IDeviceDisk : ILocalStoreSource
{
    /// <summary>Decides what becomes of a commit, by how many have become durable before it.</summary>
    Func<int, LocalCommitFate> Fate { get; set; }

    /// <summary>Ends the process that has the store, without a warning.</summary>
    ValueTask CrashAsync();

    /// <summary>A copy of the disk as it is now: a backup, or a cloned device.</summary>
    ValueTask<IDeviceDisk> CopyAsync();
}
