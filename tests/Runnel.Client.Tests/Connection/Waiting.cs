using Microsoft.Extensions.Time.Testing;

namespace Runnel.Client.Tests.Connection;

/// <summary>Waits for what other threads bring about, while the clock of the test goes on or stands still.</summary>
internal static class Waiting
{
    // Far longer than anything here takes: whoever waits that long has found a hang.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(Func<bool> condition, FakeTimeProvider? time = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, "What was waited for did not come.");
            time?.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
