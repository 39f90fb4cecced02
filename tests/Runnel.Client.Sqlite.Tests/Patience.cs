namespace Runnel.Client.Sqlite.Tests;

/// <summary>Waits for what other processes and threads bring about.</summary>
internal static class Patience
{
    // Far longer than anything here takes: whoever waits that long has found a hang.
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public static async Task UntilAsync(Func<bool> condition, Func<string> otherwise)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, otherwise());
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public static Task SettledAsync(RunnelClient client, int rejected = 0) => UntilAsync(
        () => client.Status is { Connection: ConnectionState.Online, Pending: 0 } status && status.Rejected == rejected, () => $"{client.Id} does not come to rest: {client.Status}");
}
