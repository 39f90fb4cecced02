namespace Runnel.Cli.Appending;

/// <summary>How many lines may go by now. What was not used for a while is lost, so that nothing bursts after a pause.</summary>
/// <param name="perSecond">Lines a second at most; 0 for as fast as it goes.</param>
/// <param name="time">The clock.</param>
internal sealed class AppendPace(double perSecond, TimeProvider time)
{
    // Lines that are due within one beat travel together; two beats are the most that is saved up.
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly double _most = Math.Max(1, perSecond * Beat.TotalSeconds * 2);
    private long _counted = time.GetTimestamp();
    private double _due;

    /// <summary>Takes the lines that may go at once, <paramref name="most"/> of them at most; waits until there is one.</summary>
    public async ValueTask<int> TakeAsync(int most, CancellationToken cancellationToken)
    {
        if (perSecond <= 0) return most;
        while (true)
        {
            var now = time.GetTimestamp();
            _due = Math.Min(_most, _due + time.GetElapsedTime(_counted, now).TotalSeconds * perSecond);
            _counted = now;
            var taken = (int)Math.Min(_due, most);
            _due -= taken;
            if (taken > 0) return taken;
            await Task.Delay(Beat, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
