using Runnel.Client;
using Runnel.Records;

namespace Runnel.Testing.Simulation.Apps;

/// <summary>
/// An app as its author would have it tried: what it does when it starts, what users do with it, and what must hold whatever goes wrong. One
/// object lives in one world, with several devices; everything in it happens on one thread.
/// </summary>
/// <remarks>Whatever a method throws counts as a broken <see cref="Promise.AppInvariant"/>.</remarks>
public abstract class SimulatedApp
{
    /// <summary>The settings that the app creates its stream with; <c>null</c> for the defaults.</summary>
    public virtual StreamSettings? Settings => null;

    /// <summary>The app starts on a device, perhaps after a crash: it opens its collections and sets its rules.</summary>
    public abstract void Start(SyncedStream stream);

    /// <summary>A user does one thing.</summary>
    public abstract void Act(SyncedStream stream, AppUser user);

    /// <summary>What must hold on a device at any time.</summary>
    public virtual void Check(SyncedStream stream) { }

    /// <summary>What must hold once nothing goes wrong any more, and all devices have come to rest: they hold the same.</summary>
    public virtual void AtRest(IReadOnlyList<SyncedStream> devices) { }
}
