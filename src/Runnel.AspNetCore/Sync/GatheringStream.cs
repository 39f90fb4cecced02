namespace Runnel.AspNetCore.Sync;

/// <summary>
/// The stream beneath a WebSocket. Between <see cref="BeginGathering"/> and <see cref="SendGatheredAsync"/> it holds what is written,
/// so that many messages leave in one write to the socket: a write costs far more than the bytes in it. Large messages go straight
/// through, and so do pings, pongs and goodbyes, which a WebSocket sends by itself, and whatever is written at other times. Reads pass.
/// </summary>
/// <param name="socket">The connection.</param>
/// <param name="cutOff">Ends the connection at once, whatever is on its way.</param>
internal sealed class GatheringStream(Stream socket, Action cutOff) : Stream
{
    // A WebSocket writes whole frames; the first byte of one says what it is (RFC 6455, 5.2).
    private const int OpcodeBits = 0x0F;
    private const int Goodbye = 0x8;
    private const int FirstControl = Goodbye;

    // What is larger goes out on its own: to copy it would cost more than one write less saves.
    private const int LargeBytes = 16 * 1024;

    // An idle connection must not keep the buffers of its busiest moment.
    private const int MaxKeptBytes = 16 * 1024;

    private readonly SemaphoreSlim _socket = new(1);
    private readonly Lock _gate = new();
    private byte[] _gathered = new byte[1024];
    private byte[] _sending = [];
    private int _count;
    private volatile bool _hasSaidGoodbye;
    private bool _isDisposed;
    private volatile bool _holdsControl;
    private volatile bool _isGathering;

    /// <summary>The bytes that wait to be sent.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether a closing frame was written, by whomever.</summary>
    public bool HasSaidGoodbye => _hasSaidGoodbye;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on messages are held until <see cref="SendGatheredAsync"/>.</summary>
    public void BeginGathering() => _isGathering = true;

    /// <summary>Sends what was gathered in one write.</summary>
    public ValueTask SendGatheredAsync(CancellationToken cancellationToken)
    {
        _isGathering = false;
        return SendAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);
    }

    /// <summary>Ends the connection at once: whoever reads or writes learns of it. Does nothing once the stream is disposed, for the connection may be another's by then.</summary>
    public void CutOff()
    {
        lock (_gate)
        {
            if (!_isDisposed) cutOff();
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return;
        lock (_gate)
        {
            if (_gathered.Length - _count < buffer.Length) Array.Resize(ref _gathered, Math.Max(_gathered.Length * 2, _count + buffer.Length));
            buffer.CopyTo(_gathered.AsSpan(_count));
            _count += buffer.Length;
            var opcode = buffer[0] & OpcodeBits;
            if (opcode >= FirstControl) _holdsControl = true;
            if (opcode == Goodbye) _hasSaidGoodbye = true;
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!_isGathering || _holdsControl) await SendGatheredAsync(cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length >= LargeBytes) return SendAsync(buffer, cancellationToken);
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException("The socket is flushed asynchronously.");

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => socket.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        socket.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The socket is read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>A WebSocket that gives a peer up only disposes its stream, which must end the reads and writes under way.</summary>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            // After a goodbye the connection ends in its own time: cut off, the peer might never see it.
            if (!_hasSaidGoodbye) CutOff();
            _isDisposed = true;
        }
        base.Dispose(disposing);
    }

    /// <summary>Sends what was gathered, and <paramref name="large"/> behind it.</summary>
    private async ValueTask SendAsync(ReadOnlyMemory<byte> large, CancellationToken cancellationToken)
    {
        await _socket.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var count = SwapBuffers();
            if (count > 0) await socket.WriteAsync(_sending.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            if (!large.IsEmpty) await socket.WriteAsync(large, cancellationToken).ConfigureAwait(false);
            if (count > 0 || !large.IsEmpty) await socket.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (_sending.Length > MaxKeptBytes) _sending = [];
        }
        finally
        {
            _socket.Release();
        }
    }

    private int SwapBuffers()
    {
        lock (_gate)
        {
            var count = _count;
            (_gathered, _sending) = (_sending, _gathered);
            _count = 0;
            _holdsControl = false;
            return count;
        }
    }
}
