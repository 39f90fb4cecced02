using System.Collections.Concurrent;

namespace Runnel.Client.Tests.Devices;

/// <summary>A context like that of a user interface, whose messages are pumped by the test.</summary>
internal sealed class PumpedContext : SynchronizationContext
{
    private readonly ConcurrentQueue<Action> _posted = new();

    public int Count => _posted.Count;

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue(() => d(state));

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Does what was posted so far, and what that posts.</summary>
    public void Pump()
    {
        Within(() =>
        {
            while (_posted.TryDequeue(out var action)) action();
        });
    }

    /// <summary>Runs something as code of the user interface.</summary>
    public void Within(Action action)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}
