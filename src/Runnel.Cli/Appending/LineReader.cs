using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Runnel.Cli.Appending;

/// <summary>Cuts a file of JSON texts, one a line, into its lines. Blank ones are left out.</summary>
internal static class LineReader
{
    // Far beyond any event; a file without line feeds is no such file.
    private const int MaxLineBytes = 16 * 1024 * 1024;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the lines of <paramref name="input"/>, which is not closed.</summary>
    public static async IAsyncEnumerable<Line> ReadAsync(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 256 * 1024, leaveOpen: true));
        var number = 0L;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            while (TryCut(ref buffer, result.IsCompleted, out var text))
            {
                number++;
                if (Trim(text.ToArray(), isFirst: number == 1) is { Length: > 0 } line) yield return new Line(number, line);
            }
            if (buffer.Length > MaxLineBytes) throw new CommandFailure(ExitCode.Usage, $"Line {number + 1} is longer than {MaxLineBytes} bytes: events come one a line.");
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) break;
        }
        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private static bool TryCut(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        var rest = new SequenceReader<byte>(buffer);
        if (rest.TryReadTo(out line, (byte)'\n'))
        {
            buffer = rest.UnreadSequence;
            return true;
        }
        line = buffer;
        if (!isLast || buffer.IsEmpty) return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static ReadOnlyMemory<byte> Trim(byte[] line, bool isFirst)
    {
        var text = line.AsMemory();
        if (isFirst && text.Span.StartsWith(ByteOrderMark)) text = text[ByteOrderMark.Length..];
        return text.Trim(" \t\r"u8);
    }
}
