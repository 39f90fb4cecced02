using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Runnel.Cli.Bench;

/// <summary>A TCP connection that can hold what is written until it is told to send it in one write.</summary>
internal sealed class GatheringStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private readonly ArrayBufferWriter<byte> _gathered = new();

    /// <summary>Whether writes are held until <see cref="SendGatheredAsync"/>.</summary>
    public bool IsGathering { get; set; }

    public static async Task<GatheringStream> ConnectAsync(DnsEndPoint server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            return new GatheringStream(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends what was held.</summary>
    public async ValueTask SendGatheredAsync(CancellationToken cancellationToken)
    {
        if (_gathered.WrittenCount == 0) return;
        await base.WriteAsync(_gathered.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _gathered.ResetWrittenCount();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsGathering) return base.WriteAsync(buffer, cancellationToken);
        _gathered.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
}
