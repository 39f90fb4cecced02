namespace Runnel.Testing.Simulation.Time;

/// <summary>The clock of a simulated machine: shows virtual time, as wrong as it is set.</summary>
internal sealed class VirtualClock(Timeline timeline) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    /// <summary>How far the clock is ahead of the true time; timestamps and timers do not mind.</summary>
    public TimeSpan Error { get; set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Beginning + timeline.Now + Error;

    /// <inheritdoc/>
    public override long GetTimestamp() => timeline.Now.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(timeline, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class VirtualTimer(Timeline timeline, TimerCallback callback, object? state) : ITimer
    {
        private int _changes;   // what an earlier setting still has on the timeline is void

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _changes++;
            if (dueTime != Timeout.InfiniteTimeSpan) Set(_changes, dueTime, period);
            return true;
        }

        public void Dispose() => _changes++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(int change, TimeSpan dueTime, TimeSpan period) => timeline.After(dueTime, () =>
        {
            if (change != _changes) return;
            if (period > TimeSpan.Zero) Set(change, period, period);
            callback(state);
        });
    }
}
