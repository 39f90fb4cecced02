namespace Runnel.Benchmarks.Replicas;

/// <summary>A clock by which the next frame of a user interface is due whenever somebody looks; its timers never come.</summary>
internal sealed class FrameClock : TimeProvider
{
    private static readonly long Frame = TimeSpan.FromMilliseconds(20).Ticks;

    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref _now, Frame);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
