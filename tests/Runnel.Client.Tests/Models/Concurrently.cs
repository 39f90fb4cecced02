namespace Runnel.Client.Tests.Models;

internal static class Concurrently
{
    /// <summary>Runs the actions, each on a thread of the pool, until all are done.</summary>
    public static Task RunAsync(params IEnumerable<Action> actions) =>
        Task.WhenAll(actions.Select(action => Task.Run(action, TestContext.Current.CancellationToken)));

    /// <summary>Runs the action on a thread of its own up to where it waits for a lock that the caller holds.</summary>
    public static Thread StartUntilItWaits(Action action)
    {
        var thread = new Thread(() => action()) { IsBackground = true };
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromMinutes(1)), "The action does not wait.");
        return thread;
    }
}
