using Runnel.Client;

namespace Runnel.Benchmarks.Replicas;

/// <summary>Lets a replica come and go.</summary>
internal static class Connecting
{
    /// <summary>Completes when a client holds all of its stream, and nothing waits to be sent.</summary>
    public static async Task CatchUpAsync(this RunnelClient client)
    {
        var synced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StatusChanged += Look;
        Look(null, EventArgs.Empty);
        await synced.Task.WaitAsync(TimeSpan.FromMinutes(2));
        client.StatusChanged -= Look;

        void Look(object? sender, EventArgs args)
        {
            if (client.Status is { Connection: ConnectionState.Online, Pending: 0 }) synced.TrySetResult();
        }
    }

    /// <summary>Gives the connection up, which goes on in the background for a moment.</summary>
    public static async Task GoOfflineAsync(this RunnelClient client)
    {
        client.IsSwitchedOff = true;
        await Task.Delay(TimeSpan.FromMilliseconds(200));
    }
}
