namespace Runnel.Cli.Appending;

/// <summary>How many lines may go by now.</summary>
/// <param name="perSecond">Lines a second; 0 for as fast as it goes.</param>
/// <param name="time">The clock.</param>
internal sealed class AppendPace(double perSecond, TimeProvider time)
{
    // Lines that are due within one beat travel together.
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly long _started = time.GetTimestamp();

    /// <summary>How many lines may go at once, behind <paramref name="sent"/> that went; waits for the beat.</summary>
    public async ValueTask<int> WaitAsync(long sent, int most, CancellationToken cancellationToken)
    {
        if (perSecond <= 0) return most;
        while (true)
        {
            var due = (long)(time.GetElapsedTime(_started).TotalSeconds * perSecond) - sent;
            if (due >= 1) return (int)Math.Min(due, most);
            await Task.Delay(Beat, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
