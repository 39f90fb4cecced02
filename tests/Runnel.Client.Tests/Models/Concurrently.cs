namespace Runnel.Client.Tests.Models;

internal static class Concurrently
{
    /// <summary>Runs the actions, each on a thread of the pool, until all are done.</summary>
    public static Task RunAsync(params IEnumerable<Action> actions) =>
        Task.WhenAll(actions.Select(action => Task.Run(action, TestContext.Current.CancellationToken)));
}
