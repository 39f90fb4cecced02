using System.Buffers;
using System.Collections.Concurrent;
using Runnel.Protocol;

namespace Runnel.Server.Sync;

/// <summary>
/// What is due on a connection: answers, signals, and the cursors that have something to read. Only answers and signals are queued,
/// both within bounds; events wait in the stream itself until the socket can take more. Anyone may add; one pump takes.
/// </summary>
internal sealed class Outgoing(SyncOptions options)
{
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _answers = new();
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _signals = new();
    private readonly ConcurrentQueue<IDue> _due = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _room = new(0);
    private int _isAwake;
    private int _answerBytes;
    private int _signalBytes;

    /// <summary>Whether <see cref="WaitAsync"/> would complete at once.</summary>
    public bool IsAwake => Volatile.Read(ref _isAwake) == 1;

    /// <summary>Adds an answer. The caller has waited for room before it took what is answered.</summary>
    public void Answer(ServerMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        ServerMessageCodec.Write(buffer, message);
        Interlocked.Add(ref _answerBytes, buffer.WrittenCount);
        _answers.Enqueue(buffer.WrittenMemory);
        Wake();
    }

    /// <summary>Adds a signal, dropping the oldest beyond the bound.</summary>
    public void Signal(ReadOnlyMemory<byte> message)
    {
        Interlocked.Add(ref _signalBytes, message.Length);
        _signals.Enqueue(message);
        while (_signals.Count > options.MaxWaitingSignals || Volatile.Read(ref _signalBytes) > options.MaxWaitingBytes)
        {
            if (!TryTakeSignal(out _)) break;
        }
        Wake();
    }

    /// <summary>Says that <paramref name="due"/> has something to send.</summary>
    public void Add(IDue due)
    {
        _due.Enqueue(due);
        Wake();
    }

    /// <summary>Waits until the answers that wait are within their bound.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _answerBytes) > options.MaxWaitingBytes) await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until something may be due.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _wake.WaitAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _isAwake, 0);
    }

    /// <summary>Writes what is due, answers first, each cursor in turn; false once nothing is, true when the sink has enough for one write.</summary>
    public async ValueTask<bool> WriteAsync(ISyncSink sink, CancellationToken cancellationToken)
    {
        while (sink.GatheredBytes < options.MaxFrameBytes)
        {
            if (_answers.TryDequeue(out var answer))
            {
                await sink.WriteAsync(answer, cancellationToken).ConfigureAwait(false);
                if (Interlocked.Add(ref _answerBytes, -answer.Length) <= options.MaxWaitingBytes && _room.CurrentCount == 0) _room.Release();
            }
            else if (TryTakeSignal(out var signal))
            {
                await sink.WriteAsync(signal, cancellationToken).ConfigureAwait(false);
            }
            else if (_due.TryDequeue(out var due))
            {
                if (await due.WriteAsync(sink, cancellationToken).ConfigureAwait(false)) _due.Enqueue(due);
            }
            else
            {
                return false;
            }
        }
        return true;
    }

    private bool TryTakeSignal(out ReadOnlyMemory<byte> signal)
    {
        if (!_signals.TryDequeue(out signal)) return false;
        Interlocked.Add(ref _signalBytes, -signal.Length);
        return true;
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0) _wake.Release();
    }
}

/// <summary>Something that a connection sends piece by piece, whenever the socket can take more.</summary>
internal interface IDue
{
    /// <summary>Writes the next piece; true if there is another right behind it.</summary>
    ValueTask<bool> WriteAsync(ISyncSink sink, CancellationToken cancellationToken);
}
