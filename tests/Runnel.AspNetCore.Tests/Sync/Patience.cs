namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>How long tests wait for what must come: far longer than it takes, so that only what never comes fails.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    public static async Task<T> Bounded<T>(this Task<T> task) => await task.WaitAsync(Long, TestContext.Current.CancellationToken);

    public static async Task Bounded(this Task task) => await task.WaitAsync(Long, TestContext.Current.CancellationToken);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + Long;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"It never came to pass: {what}.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
