using System.Diagnostics.Metrics;

namespace Runnel.Client.Diagnostics;

/// <summary>What a client can be measured by: the meter <c>Runnel.Client</c>.</summary>
internal sealed class ClientMetrics : IDisposable
{
    public const string MeterName = "Runnel.Client";

    private readonly RunnelClient _client;
    private readonly Meter _meter;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _reconnects;
    private readonly Lock _gate = new();
    private ConnectionState _last = ConnectionState.Offline;
    private bool _wasConnected;

    public ClientMetrics(RunnelClient client, IMeterFactory? factory)
    {
        _client = client;
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _conflicts = _meter.CreateCounter<long>("runnel.client.conflicts", "{conflict}", "Writes that were lost to others that had not seen them.");
        _reconnects = _meter.CreateCounter<long>("runnel.client.reconnects", "{connection}", "Connections after the first.");
        _meter.CreateObservableGauge("runnel.client.pending", () => client.Status.Pending, "{event}", "Own events that have not come back.");
        _meter.CreateObservableGauge("runnel.client.sync.lag", Lag, "{event}", "Events that the server is known to have and this device has not reconciled.");
    }

    public void CountConflict() => _conflicts.Add(1);

    /// <summary>Takes note of how the connection stands now.</summary>
    public void NoteConnection(ConnectionState state)
    {
        lock (_gate)
        {
            if (state == _last) return;
            var (isConnected, was) = (IsConnected(state), IsConnected(_last));
            _last = state;
            if (isConnected == was) return;
            _client.Log.ConnectionIs(state);
            if (!isConnected) return;
            if (_wasConnected) _reconnects.Add(1);
            _wasConnected = true;
        }
    }

    public void Dispose() => _meter.Dispose();

    private static bool IsConnected(ConnectionState state) => state is ConnectionState.Online or ConnectionState.CatchingUp;

    private long Lag()
    {
        lock (_client.Gate) return _client.Streams.Sum(stream => stream.Replica.ServerHead.Value - stream.Replica.Head.Value);
    }
}
