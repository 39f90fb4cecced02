using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>A WebSocket client that speaks in bytes, so that it can misbehave. It answers nothing by itself, pings neither.</summary>
internal sealed class RawSocket : IAsyncDisposable
{
    public const int Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    private readonly TcpClient _tcp = new();

    private NetworkStream Stream => _tcp.GetStream();

    /// <summary>Connects, and says nothing yet.</summary>
    public static async Task<RawSocket> ConnectAsync(Uri server, int? receiveBufferBytes = null)
    {
        var socket = new RawSocket();
        if (receiveBufferBytes is { } bytes) socket._tcp.ReceiveBufferSize = bytes;
        await socket._tcp.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Connects, shakes hands and, if a client is given, says hello.</summary>
    public static async Task<RawSocket> OpenAsync(Uri server, string? client = "ada", int? receiveBufferBytes = null)
    {
        var socket = await ConnectAsync(server, receiveBufferBytes);
        await socket.SendAsync(Handshake(server));
        await socket.ReadHeadAsync();
        if (client is null) return socket;
        await socket.SendAsync(Frame(Text, $$"""{"type":"hello","client":"{{client}}"}"""));
        await socket.ReadFrameAsync();
        return socket;
    }

    public static byte[] Handshake(Uri server) => Encoding.ASCII.GetBytes(
        $"GET /v1/sync HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: runnel.v1.json\r\n\r\n");

    public static byte[] Frame(int opcode, string text, bool isFinal = true) => Frame(opcode, Encoding.UTF8.GetBytes(text), isFinal);

    /// <summary>A masked frame.</summary>
    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool isFinal = true)
    {
        ReadOnlySpan<byte> mask = [1, 2, 3, 4];
        var frame = new List<byte> { (byte)((isFinal ? 0x80 : 0) | opcode) };
        if (payload.Length < 126)
        {
            frame.Add((byte)(0x80 | payload.Length));
        }
        else
        {
            frame.Add(0x80 | 127);
            var length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            frame.AddRange(length);
        }
        frame.AddRange(mask);
        for (var i = 0; i < payload.Length; i++) frame.Add((byte)(payload[i] ^ mask[i % 4]));
        return [.. frame];
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Stream.WriteAsync(bytes, TestContext.Current.CancellationToken).AsTask().Bounded();

    /// <summary>Says that no more will come, and goes on to listen.</summary>
    public void FinishSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>The next frame; null at the end of the connection, however it came.</summary>
    public async Task<(int Opcode, byte[] Payload)?> ReadFrameAsync()
    {
        try
        {
            var head = await ReadAsync(2);
            var length = (long)(head[1] & 0x7F);
            if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2));
            if (length == 127) length = BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8));
            return (head[0] & 0x0F, await ReadAsync((int)length));
        }
        catch (IOException)   // also its descendant for an early end
        {
            return null;
        }
    }

    /// <summary>Reads on until the server has closed its side.</summary>
    public async Task ReadToEndAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await Stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().Bounded() > 0) { }
        }
        catch (IOException)
        {
            // Cut off: an end as well.
        }
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)(await ReadAsync(1))[0]);
        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken).AsTask().Bounded();
        return bytes;
    }
}
