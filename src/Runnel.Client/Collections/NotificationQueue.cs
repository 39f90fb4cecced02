namespace Runnel.Client.Collections;

/// <summary>
/// Tells apps what happened, in order and one thing at a time, after the gate was left: on the context that was captured or, without
/// one, on a thread of the pool. Safe for use by many threads.
/// </summary>
internal sealed class NotificationQueue(SynchronizationContext? context)
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = [];
    private bool _isScheduled;

    /// <summary>Whether this thread is where apps are told things, so that it may tell them itself.</summary>
    public bool IsHere => context is null || SynchronizationContext.Current == context;

    /// <summary>Runs <paramref name="action"/> after everything posted before.</summary>
    public void Post(Action action)
    {
        lock (_gate)
        {
            _waiting.Enqueue(action);
            if (_isScheduled) return;
            _isScheduled = true;
        }
        Schedule();
    }

    private void Schedule()
    {
        if (context is null) ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Deliver(), this, preferLocal: false);
        else context.Post(static queue => ((NotificationQueue)queue!).Deliver(), this);
    }

    private void Deliver()
    {
        while (Next() is { } action)
        {
            var isDone = false;
            try
            {
                action();
                isDone = true;
            }
            finally
            {
                if (!isDone) Schedule();   // a listener threw: that is the app's to see, and the others are told nevertheless
            }
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var action)) return action;
            _isScheduled = false;
            return null;
        }
    }
}
