using Runnel.Protocol;
using Runnel.Server.Sync;
using Runnel.Testing.Simulation.Network;

namespace Runnel.Testing.Simulation.Server;

/// <summary>The socket under a real <see cref="SyncConnection"/>: hands it the client's frames one by one, and sends what it has due.</summary>
internal sealed class Gateway : ISyncSink
{
    private readonly SimulationContext _context;
    private readonly ServerProcess _process;
    private readonly SimulatedConnection _connection;
    private readonly SyncConnection _sync;
    private readonly Door _door;
    private readonly Queue<ReadOnlyMemory<byte>> _inbox = new();
    private bool _isReceiving, _isSendDue, _isClosed;

    public Gateway(SimulationContext context, ServerProcess process, SimulatedConnection connection)
    {
        _context = context;
        _process = process;
        _connection = connection;
        _sync = new SyncConnection(process.Homes, process.Limits, process.Swarm.ToSyncOptions());
        _door = new Door(process.Guard, connection);
        context.Meet(_sync);
    }

    public int GatheredBytes { get; private set; }

    /// <summary>Takes a frame, behind those before it.</summary>
    public void Receive(ReadOnlyMemory<byte> frame)
    {
        _inbox.Enqueue(frame);
        if (!_isReceiving) _ = ReceiveAsync();
    }

    /// <summary>Sends at the next turn what has become due.</summary>
    public void Wake()
    {
        if (_isSendDue || _isClosed || !_sync.HasWoken) return;
        _isSendDue = true;
        _process.Soon(Send);
    }

    /// <summary>The client is gone; what homes have taken goes on.</summary>
    public void Close()
    {
        _isClosed = true;
        Completed.Wait(_sync.DisposeAsync());
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        GatheredBytes += message.Length;
        SendDown(message.ToArray());
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync()
    {
        _isReceiving = true;
        try
        {
            while (!_isClosed && _inbox.TryDequeue(out var frame))
            {
                var message = ClientMessageCodec.Parse(frame.Span);
                _context.Meet(message);
                if (_door.TurnsAway(message) is { } answer) SendDown(answer);
                else await _sync.ReceiveAsync(frame, CancellationToken.None);   // goes on in the turn that brings what it waits for
            }
        }
        catch (Exception exception)   // whatever it is, a client's message is no reason to throw
        {
            _context.Break(Promise.NeverFaults, $"the connection of {_connection.Client} throws: {exception}");
        }
        _isReceiving = false;
    }

    private void Send()
    {
        _isSendDue = false;
        if (_isClosed) return;
        if (_sync.HasWoken) Completed.Wait(_sync.WaitToSendAsync(CancellationToken.None));
        var (before, reads) = (GatheredBytes = 0, _process.Store.Reads);
        if (Completed.Result(_sync.SendAsync(this, CancellationToken.None))) _process.Soon(Send);
        else if (GatheredBytes > before && reads == _process.Store.Reads) _context.Reach(Landmark.ReadFromMemory);
        if (reads < _process.Store.Reads) _context.Reach(Landmark.ReadFromStore);
    }

    private void SendDown(ReadOnlyMemory<byte> frame)
    {
        _process.Oracle.ServerSays(_connection, frame);
        _connection.SendDown(frame);
    }
}
