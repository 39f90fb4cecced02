using Runnel.Protocol;

namespace Runnel.AspNetCore.Publishing;

/// <summary>Lines of an import that follow one another and may be published as one batch.</summary>
internal sealed class ImportBatch
{
    // A batch is refused as a whole and then tried line by line, so it stays small; group commit carries many batches anyway.
    private const int MaxLines = 100;
    private const int MaxBytes = 64 * 1024;

    private readonly List<ImportLine> _lines = [];
    private int _bytes;

    /// <summary>The lines, in order.</summary>
    public IReadOnlyList<ImportLine> Lines => _lines;

    /// <summary>How many bytes the lines had.</summary>
    public int Bytes => _bytes;

    /// <summary>Takes <paramref name="line"/> of <paramref name="bytes"/> bytes, if it may be part of this batch.</summary>
    public bool TryAdd(ImportLine line, int bytes)
    {
        if (_lines.Count > 0 && !Fits(line, bytes)) return false;
        _lines.Add(line);
        _bytes += bytes;
        return true;
    }

    /// <summary>The batch to publish to <paramref name="stream"/>.</summary>
    public PublishRequest ToRequest(StreamName stream) => Request(stream, _lines);

    /// <summary>The batch of one line.</summary>
    public static PublishRequest ToRequest(StreamName stream, ImportLine line) => Request(stream, [line]);

    private bool Fits(ImportLine line, int bytes)
    {
        var (first, last) = (_lines[0], _lines[^1]);
        if (_lines.Count == MaxLines || _bytes + bytes > MaxBytes || !line.HasAuthorOf(first)) return false;
        if (line.Event is not { } next || first.Event is not { } begin || last.Event is not { } before) return false;
        // In a batch nobody has seen the events of the batch itself, so a precedingSeq may be the first one's at most.
        return next.ClientSeq == before.ClientSeq + 1 && (next.PrecedingSeq is null || next.PrecedingSeq == begin.PrecedingSeq)
            || next.ClientSeq is null && before.ClientSeq is null && next.PrecedingSeq is null && begin.PrecedingSeq is null;
    }

    private static PublishRequest Request(StreamName stream, List<ImportLine> lines) => new()
    {
        Stream = stream,
        Client = lines[0].Client,
        Session = lines[0].Session,
        Nonce = lines[0].Nonce,
        Events = [.. lines.Select(line => line.Event).OfType<EventDraft>()],
        ShapeRefusal = lines[0].ShapeRefusal,
    };
}
