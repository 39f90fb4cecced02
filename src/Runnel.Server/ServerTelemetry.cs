using System.Diagnostics;
using System.Diagnostics.Metrics;
using Runnel.Protocol;

namespace Runnel.Server;

/// <summary>
/// What the server measures and traces, as the <see cref="Meter"/> and the <see cref="ActivitySource"/> named <see cref="Name"/>.
/// Safe for use by many threads.
/// </summary>
public sealed class ServerTelemetry : IDisposable
{
    /// <summary>The name to subscribe to.</summary>
    public const string Name = "Runnel.Server";

    private readonly Meter _meter;
    private readonly Counter<long> _appends, _appendedEvents, _reads, _readEvents, _states;
    private readonly Histogram<double> _appendDuration, _stateDuration;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">The app's factory; <c>null</c> for a meter of its own.</param>
    public ServerTelemetry(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(Name) ?? new Meter(Name);
        _appends = _meter.CreateCounter<long>("runnel.server.appends", "{batch}", "Batches answered, by outcome.");
        _appendedEvents = _meter.CreateCounter<long>("runnel.server.append.events", "{event}", "Events acknowledged.");
        _appendDuration = _meter.CreateHistogram<double>("runnel.server.append.duration", "s", "From a batch's arrival to its answer.");
        _reads = _meter.CreateCounter<long>("runnel.server.reads", "{answer}", "Answers with events.");
        _readEvents = _meter.CreateCounter<long>("runnel.server.read.events", "{event}", "Events read back.");
        _states = _meter.CreateCounter<long>("runnel.server.states", "{answer}", "Answers with a stream's records.");
        _stateDuration = _meter.CreateHistogram<double>("runnel.server.state.duration", "s", "From the question for a state to its records.");
    }

    /// <summary>Where the server's activities begin.</summary>
    public ActivitySource Activities { get; } = new(Name);

    /// <summary>A batch was answered.</summary>
    public void Appended(int events, TimeSpan elapsed, ErrorCode? refusal)
    {
        var outcome = new KeyValuePair<string, object?>("runnel.outcome", refusal?.Name ?? "published");
        _appends.Add(1, outcome);
        _appendDuration.Record(elapsed.TotalSeconds, outcome);
        if (refusal is null) _appendedEvents.Add(events);
    }

    /// <summary>Events were read back.</summary>
    public void Read(long events)
    {
        _reads.Add(1);
        _readEvents.Add(events);
    }

    /// <summary>A stream's records were made out.</summary>
    public void Materialized(TimeSpan elapsed)
    {
        _states.Add(1);
        _stateDuration.Record(elapsed.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        Activities.Dispose();
    }
}
