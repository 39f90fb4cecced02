namespace Runnel.Testing.Simulation.Time;

/// <summary>Virtual time: what is due, in order. It passes only from one thing that is due to the next.</summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _due = new();
    private long _order;

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>How many things were done.</summary>
    public long Steps { get; private set; }

    /// <summary>What the last step is still doing: the next one waits for it, and no time passes.</summary>
    public Task UnderWay { get; private set; } = Task.CompletedTask;

    /// <summary>Does <paramref name="action"/> after <paramref name="delay"/>; what is due at the same time is done in the order in which it was asked for.</summary>
    public void After(TimeSpan delay, Action action) => _due.Enqueue(action, ((Now + delay).Ticks, _order++));

    /// <summary>Does <paramref name="action"/> after <paramref name="delay"/>; it may take real time, which is <see cref="UnderWay"/> then.</summary>
    public void After(TimeSpan delay, Func<ValueTask> action) => After(delay, () =>
    {
        var done = action();
        if (done.IsCompleted) done.GetAwaiter().GetResult();
        else UnderWay = done.AsTask();
    });

    /// <summary>Does the next thing that is due by <paramref name="end"/>; false if there is none, and then it is <paramref name="end"/>.</summary>
    public bool TryStep(TimeSpan end)
    {
        if (!_due.TryPeek(out _, out var next) || next.Ticks > end.Ticks)
        {
            if (end > Now) Now = end;
            return false;
        }
        var action = _due.Dequeue();
        Now = TimeSpan.FromTicks(next.Ticks);
        Steps++;
        action();
        return true;
    }
}
