using System.Buffers;
using System.IO.Pipelines;
using Runnel.Protocol;

namespace Runnel.AspNetCore.Publishing;

/// <summary>Reads the lines of one import and gives them to it, answering while it waits for more. Used by one request, once.</summary>
/// <param name="import">Takes the lines.</param>
/// <param name="input">Where they come from.</param>
/// <param name="maxLineBytes">The longest line that is accepted.</param>
internal sealed class ImportReader(Import import, PipeReader input, int maxLineBytes)
{
    private SequencePosition _taken;
    private int _number;

    /// <summary>Reads to the end, to the first refusal, or until the pending read is canceled, for which <paramref name="whyCanceled"/> has the reason.</summary>
    public async Task RunAsync(Func<Refusal> whyCanceled, Action progressed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var reading = input.ReadAsync(cancellationToken).AsTask();
            await import.AnswerUntilAsync(reading, cancellationToken).ConfigureAwait(false);
            var result = await reading.ConfigureAwait(false);
            var refusal = result.IsCanceled ? whyCanceled() : await TakeLinesAsync(result.Buffer, result.IsCompleted, cancellationToken).ConfigureAwait(false);
            input.AdvanceTo(result.IsCanceled ? result.Buffer.Start : _taken, result.Buffer.End);
            if (refusal is not null || import.IsRefused || result.IsCompleted)
            {
                await import.FinishAsync(refusal, result.IsCanceled ? _number + 1 : _number, cancellationToken).ConfigureAwait(false);
                return;
            }
            progressed();
        }
    }

    /// <summary>Gives all whole lines of <paramref name="buffer"/> to the import; what is wrong with the one it stopped at, if it did.</summary>
    private async ValueTask<Refusal?> TakeLinesAsync(ReadOnlySequence<byte> buffer, bool isLast, CancellationToken cancellationToken)
    {
        _taken = buffer.Start;
        while (!import.IsRefused && TryCut(ref buffer, isLast, out var text))
        {
            _number++;
            if (text.Length > maxLineBytes) return TooLong();
            if (!IsBlank(text))
            {
                if (!TryParse(text, out var line, out var refusal)) return refusal;
                await import.TakeAsync(line!, (int)text.Length, cancellationToken).ConfigureAwait(false);
            }
            _taken = buffer.Start;
        }
        if (buffer.Length <= maxLineBytes || import.IsRefused) return null;
        _number++;
        return TooLong();
    }

    private bool TryParse(ReadOnlySequence<byte> text, out ImportLine? line, out Refusal? refusal) =>
        ImportLine.TryParse(text.IsSingleSegment ? text.FirstSpan : text.ToArray(), _number, out line, out refusal);

    private Refusal TooLong() => new(ErrorCode.TooLarge, $"A line takes {maxLineBytes} bytes at most.");

    /// <summary>Cuts the next line off; the last one may lack its line feed.</summary>
    private static bool TryCut(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }
        line = buffer;
        if (!isLast || buffer.IsEmpty) return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static bool IsBlank(ReadOnlySequence<byte> text)
    {
        foreach (var segment in text)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8)) return false;
        }
        return true;
    }
}
