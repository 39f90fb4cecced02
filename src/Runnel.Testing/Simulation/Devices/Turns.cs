namespace Runnel.Testing.Simulation.Devices;

/// <summary>
/// The one thread of a simulated process: what is to happen in it happens in turns. While the process stands still everything waits, and
/// then happens at once, in order; once it has ended, nothing happens any more.
/// </summary>
internal sealed class Turns(SimulationContext context, string name, Action afterTurn)
{
    private readonly Queue<Func<ValueTask>> _held = new();
    private TimeSpan _pausedUntil;

    /// <summary>Whether the process has not ended.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Does <paramref name="action"/> after <paramref name="delay"/>, or when the process moves again.</summary>
    public void After(TimeSpan delay, Action action) => context.Timeline.After(delay, () => Take(action));

    /// <summary>Does <paramref name="action"/>, which may take real time, after <paramref name="delay"/>, or when the process moves again.</summary>
    public void After(TimeSpan delay, Func<ValueTask> action) => context.Timeline.After(delay, () => TakeAsync(action));

    /// <summary>Does <paramref name="action"/> now, or when the process moves again.</summary>
    public void Take(Action action)
    {
        if (!IsAlive) return;
        if (IsHeld) _held.Enqueue(() => DoAsync(action));
        else Do(action);
    }

    /// <summary>Stands still for <paramref name="time"/>, or longer if it does so already.</summary>
    public void Pause(TimeSpan time)
    {
        if (context.Now + time > _pausedUntil) _pausedUntil = context.Now + time;
        context.Timeline.After(time, MoveOnAsync);
    }

    /// <summary>Nothing happens in the process any more.</summary>
    public void End()
    {
        IsAlive = false;
        _held.Clear();
    }

    private bool IsHeld => context.Now < _pausedUntil || _held.Count > 0;

    private async ValueTask TakeAsync(Func<ValueTask> action)
    {
        if (!IsAlive) return;
        if (IsHeld) _held.Enqueue(() => DoAsync(action));
        else await DoAsync(action);
    }

    private async ValueTask MoveOnAsync()
    {
        while (context.Now >= _pausedUntil && _held.TryDequeue(out var held)) await held();
    }

    private void Do(Action action)
    {
        try
        {
            action();
            if (IsAlive) afterTurn();
        }
        catch (Exception exception)   // whatever it is, a device has no reason to throw
        {
            Break(exception);
        }
    }

    private ValueTask DoAsync(Action action)
    {
        Do(action);
        return ValueTask.CompletedTask;
    }

    private async ValueTask DoAsync(Func<ValueTask> action)
    {
        try
        {
            await action();
            if (IsAlive) afterTurn();
        }
        catch (Exception exception)   // as above
        {
            Break(exception);
        }
    }

    private void Break(Exception exception) => context.Break(Promise.NeverFaults, $"{name} throws: {exception}");
}

/// <summary>Where a simulated app is told what happened.</summary>
internal sealed class TurnsContext(Turns turns) : SynchronizationContext
{
    private static readonly TimeSpan Soon = TimeSpan.FromMicroseconds(100);

    public override void Post(SendOrPostCallback d, object? state) => turns.After(Soon, () => d(state));

    public override SynchronizationContext CreateCopy() => this;
}
