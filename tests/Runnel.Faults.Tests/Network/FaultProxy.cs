using System.Net;
using System.Net.Sockets;

namespace Runnel.Faults.Tests.Network;

/// <summary>What a connection through the proxy meets.</summary>
internal sealed record ConnectionFault
{
    /// <summary>Nothing.</summary>
    public static ConnectionFault None { get; } = new();

    /// <summary>How many bytes pass from the client to the server before the fault.</summary>
    public long ToServer { get; init; } = long.MaxValue;

    /// <summary>How many bytes pass from the server to the client before the fault.</summary>
    public long ToClient { get; init; } = long.MaxValue;

    /// <summary>What happens then.</summary>
    public ConnectionEnd End { get; init; } = ConnectionEnd.Close;

    /// <summary>How many bytes pass at a time.</summary>
    public int Chunk { get; init; } = 16 * 1024;

    /// <summary>How long each of them takes.</summary>
    public TimeSpan Pace { get; init; }
}

/// <summary>How a connection ends, or does not.</summary>
public enum ConnectionEnd
{
    /// <summary>Both sides see its end.</summary>
    Close,

    /// <summary>Both sides see a reset.</summary>
    Reset,

    /// <summary>Nobody sees anything: no byte passes any more, in either direction.</summary>
    Stall,

    /// <summary>No byte passes any more in the direction that met the fault; the other goes on.</summary>
    OneWay,

    /// <summary>The server sees the end; the client sees nothing.</summary>
    HalfOpen,
}

/// <summary>Stands between clients and a server, and lets each connection meet a fault.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly Func<int, ConnectionFault> _faultOf;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(Socket Client, Socket Server)> _connections = [];
    private readonly Task _accepting;
    private volatile bool _isHealed;
    private int _count, _faults;

    /// <param name="server">Where connections go.</param>
    /// <param name="faultOf">What the n-th connection meets, from 0 on, until it is healed.</param>
    public FaultProxy(string server, Func<int, ConnectionFault> faultOf)
    {
        (_server, _faultOf) = (new Uri(server), faultOf);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _count);

    /// <summary>How many of them met a fault.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>New connections meet nothing; those that are there stay as they are.</summary>
    public void Heal() => _isHealed = true;

    /// <summary>Ends the connections that are there.</summary>
    public void CutAll()
    {
        lock (_connections)
        {
            foreach (var (client, server) in _connections) End(client, server, ConnectionEnd.Reset);
            _connections.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        CutAll();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                _ = ServeAsync(client, _isHealed ? ConnectionFault.None : _faultOf(_count));
                Interlocked.Increment(ref _count);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped, or the client has gone already.
            }
        }
    }

    private async Task ServeAsync(Socket client, ConnectionFault fault)
    {
        client.NoDelay = true;
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port, _stopping.Token);
            lock (_connections) _connections.Add((client, server));
            var up = PumpAsync(client, server, fault.ToServer, fault);
            var down = PumpAsync(server, client, fault.ToClient, fault);
            var met = await await Task.WhenAny(up, down);
            if (met) Interlocked.Increment(ref _faults);
            End(client, server, met ? fault.End : ConnectionEnd.Close);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            End(client, server, ConnectionEnd.Close);
        }
    }

    /// <summary>Passes bytes on; answers whether the fault was met, or the connection ended by itself.</summary>
    private async Task<bool> PumpAsync(Socket from, Socket to, long left, ConnectionFault fault)
    {
        var buffer = new byte[fault.Chunk];
        try
        {
            while (left > 0)
            {
                var count = await from.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), _stopping.Token);
                if (count == 0) return false;
                if (fault.Pace > TimeSpan.Zero) await Task.Delay(fault.Pace, _stopping.Token);
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stopping.Token);
                left -= count;
            }
            if (fault.End != ConnectionEnd.OneWay) return true;
            // The other direction goes on, and this one takes bytes that go nowhere.
            Interlocked.Increment(ref _faults);
            while (await from.ReceiveAsync(buffer, _stopping.Token) > 0) { }
            return false;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void End(Socket client, Socket server, ConnectionEnd end)
    {
        if (end == ConnectionEnd.Stall) return;   // both stay, and nobody pumps
        if (end == ConnectionEnd.Reset)
        {
            Abort(client);
            Abort(server);
        }
        server.Dispose();
        if (end != ConnectionEnd.HalfOpen) client.Dispose();
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
