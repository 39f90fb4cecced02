using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Runnel.Cli.Bench;

/// <summary>How long messages take to many receivers: each carries a mark of when it was sent.</summary>
internal sealed class LatencyMeter
{
    private readonly ConcurrentQueue<double> _times = new();

    /// <summary>What a message carries that was sent at <paramref name="timestamp"/>.</summary>
    public static string Mark(long timestamp) => $"t:{timestamp}:";

    /// <summary>Forgets what was measured so far.</summary>
    public void Clear() => _times.Clear();

    /// <summary>The time in milliseconds that <paramref name="share"/> of the messages took at most; not a number if there were none.</summary>
    public double Percentile(double share)
    {
        var sorted = _times.ToArray();
        Array.Sort(sorted);
        return sorted.Length == 0 ? double.NaN : sorted[(int)((sorted.Length - 1) * share)];
    }

    /// <summary>Notes the time of every mark that arrives, until <paramref name="stopping"/>; disposes the socket.</summary>
    public async Task ReceiveAsync(LoadSocket socket, CancellationToken stopping)
    {
        using var owned = socket;
        try
        {
            while (true)
            {
                var (message, _) = await socket.ReadAsync(stopping).ConfigureAwait(false);
                var arrived = Stopwatch.GetTimestamp();
                foreach (var part in Encoding.UTF8.GetString(message.Span).Split("t:").Skip(1))
                {
                    if (long.TryParse(part.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sent)) _times.Enqueue(Stopwatch.GetElapsedTime(sent, arrived).TotalMilliseconds);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Measured long enough.
        }
    }
}
