using Runnel.Client.LocalStore;
using Runnel.Testing.Tests.Simulation.PlantedBugs;

namespace Runnel.Client.Browser.Page.Worlds;

/// <summary>Mistakes that a store could make; the page makes them over IndexedDB, and the test in memory.</summary>
internal static class WrongStores
{
    /// <summary>No mistake.</summary>
    public const string None = "";

    /// <summary>What belongs together is two transactions.</summary>
    public const string CommitsInTwo = "commits in two";

    /// <summary>What has left the outbox stays on the disk.</summary>
    public const string LosesRemovals = "loses removals";

    /// <summary>Makes a store that makes the mistake.</summary>
    public static ILocalStore Around(ILocalStore store, string mistake) => mistake switch
    {
        None => store,
        CommitsInTwo => new CommitsInTwo(store),
        LosesRemovals => new DropsRows(store, write => write is { Key.Kind: LocalKind.Pending, Value: null }),
        _ => throw new ArgumentOutOfRangeException(nameof(mistake), mistake, "There is no such mistake."),
    };
}
