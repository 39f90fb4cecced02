using System.Collections.Concurrent;

namespace Runnel.Benchmarks.Replicas;

/// <summary>A context like that of a user interface, whose messages are pumped when the benchmark says so.</summary>
internal sealed class PumpedContext : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = new();

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    public override SynchronizationContext CreateCopy() => this;

    public void Pump()
    {
        while (_posted.TryDequeue(out var posted)) posted.Callback(posted.State);
    }
}
