using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Runnel.Protocol;
using Runnel.Server.Homes;

namespace Runnel.AspNetCore.Publishing;

/// <summary>
/// Appends lines in their order, the next ones on their way before the last are durable, and answers each with its seq as it
/// becomes durable; at the first refusal says why and reads no further. Used by one request, once.
/// </summary>
/// <param name="publisher">Takes the batches.</param>
/// <param name="stream">Where the lines go.</param>
/// <param name="output">Where the answers go.</param>
/// <param name="maxInFlight">The most events that are on their way at the same time.</param>
internal sealed class Import(Publisher publisher, StreamName stream, PipeWriter output, int maxInFlight)
{
    // Of what may wait for the disk over all streams, one import takes a small part.
    private const int MaxBytesInFlight = 4 * 1024 * 1024;

    private readonly Queue<Flight> _inFlight = new();
    private PublishChain _chain = new();
    private ImportBatch _gathering = new();
    private int _eventsInFlight;
    private int _bytesInFlight;

    /// <summary>Whether a line was refused, after which no more may be taken.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Takes the next line; waits while too many are in flight.</summary>
    public async ValueTask TakeAsync(ImportLine line, int bytes, CancellationToken cancellationToken)
    {
        if (_gathering.TryAdd(line, bytes)) return;
        Send(cancellationToken);
        _gathering.TryAdd(line, bytes);
        if (_eventsInFlight < maxInFlight && _bytesInFlight < MaxBytesInFlight) return;
        while (_eventsInFlight >= maxInFlight / 2 + 1 || _bytesInFlight >= MaxBytesInFlight / 2) await SettleOldestAsync(cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what was taken, and answers what has become durable until <paramref name="other"/> is done.</summary>
    public async ValueTask AnswerUntilAsync(Task other, CancellationToken cancellationToken)
    {
        Send(cancellationToken);
        while (!other.IsCompleted && _inFlight.TryPeek(out var oldest))
        {
            if (oldest.Answer.IsCompleted)
            {
                await SettleOldestAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAny(other, oldest.Answer).ConfigureAwait(false);
        }
        if (!other.IsCompleted) await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what was taken and answers all of it; then, unless a line was refused before, says that <paramref name="refusal"/> met line <paramref name="number"/>.</summary>
    public async ValueTask FinishAsync(Refusal? refusal, int number, CancellationToken cancellationToken)
    {
        Send(cancellationToken);
        while (_inFlight.Count > 0) await SettleOldestAsync(cancellationToken).ConfigureAwait(false);
        if (refusal is not null && !IsRefused) Refuse(refusal, number);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Send(CancellationToken cancellationToken)
    {
        var batch = _gathering;
        if (batch.Lines.Count == 0 || IsRefused) return;
        _gathering = new ImportBatch();
        _eventsInFlight += batch.Lines.Count;
        _bytesInFlight += batch.Bytes;
        _inFlight.Enqueue(new Flight(batch, publisher.PublishAsync(batch.ToRequest(stream), _chain, cancellationToken).AsTask()));
    }

    private async ValueTask SettleOldestAsync(CancellationToken cancellationToken)
    {
        var flight = _inFlight.Dequeue();
        _eventsInFlight -= flight.Batch.Lines.Count;
        _bytesInFlight -= flight.Batch.Bytes;
        switch (await flight.Answer.ConfigureAwait(false))
        {
            case PublishResult.Published published: Answer(published.Seqs); break;
            case PublishResult.Refused refused: await RefuseAsync(flight.Batch, refused.Refusal, cancellationToken).ConfigureAwait(false); break;
        }
    }

    /// <summary>Finds the line at fault; nothing that was sent behind the batch has been stored, for the chain is broken.</summary>
    private async ValueTask RefuseAsync(ImportBatch batch, Refusal refusal, CancellationToken cancellationToken)
    {
        if (batch.Lines.Count == 1 || refusal.Code.IsRetryable)
        {
            await DropInFlightAsync().ConfigureAwait(false);
            Refuse(refusal, batch.Lines[0].Number);
            return;
        }
        List<ImportLine> unanswered = [.. batch.Lines, .. _inFlight.SelectMany(flight => flight.Batch.Lines)];
        await DropInFlightAsync().ConfigureAwait(false);
        foreach (var line in unanswered)
        {
            var result = await publisher.PublishAsync(ImportBatch.ToRequest(stream, line), chain: null, cancellationToken).ConfigureAwait(false);
            if (result is PublishResult.Refused refused)
            {
                Refuse(refused.Refusal, line.Number);
                return;
            }
            Answer(((PublishResult.Published)result).Seqs);
        }
        // Each line alone was fine: only the batch as such was too large for this server.
        _chain = new PublishChain();
    }

    private async ValueTask DropInFlightAsync()
    {
        await Task.WhenAll(_inFlight.Select(flight => flight.Answer)).ConfigureAwait(false);
        _inFlight.Clear();
        (_eventsInFlight, _bytesInFlight) = (0, 0);
    }

    private void Answer(IReadOnlyList<Seq> seqs)
    {
        Span<byte> line = stackalloc byte[32];
        foreach (var seq in seqs)
        {
            Encoding.ASCII.TryGetBytes($"{{\"seq\":{seq}}}\n", line, out var length);
            output.Write(line[..length]);
        }
    }

    private void Refuse(Refusal refusal, int number)
    {
        IsRefused = true;
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, refusal.Code.Name);
        writer.WriteString("message"u8, refusal.Message);
        writer.WriteNumber("line"u8, number);
        writer.WriteBoolean("retryable"u8, refusal.Code.IsRetryable);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        output.Write("\n"u8);
    }

    private sealed record Flight(ImportBatch Batch, Task<PublishResult> Answer);
}
