using Runnel.Server.Sqlite.Files;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>Goes through a journal row by row, looking whether each is the one that must follow, and builds the index.</summary>
internal sealed class JournalReplay(string path) : IDisposable
{
    private readonly DirectoryCodec _codec = new();
    private readonly JournalChain _hash = new();

    /// <summary>The streams, as of the last row.</summary>
    public JournalIndex Index { get; } = new();

    /// <summary>The number of the last row; -1 before the first.</summary>
    public long Last { get; private set; } = -1;

    /// <summary>Its chain hash.</summary>
    public byte[] Chain { get; private set; } = JournalChain.Before;

    /// <summary>Goes through all of <paramref name="rows"/>, or to the first that is wrong.</summary>
    /// <exception cref="Server.Stores.StreamStoreException">The file cannot be read.</exception>
    public JournalFault? TakeAll(JournalCursor rows, CancellationToken cancellationToken)
    {
        while (rows.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Take(rows, out _) is { } fault) return fault;
        }
        return null;
    }

    /// <summary>Takes the next row, unless something is wrong with it.</summary>
    public JournalFault? Take(JournalCursor row, out IReadOnlyList<AppendEntry> entries)
    {
        entries = [];
        var number = row.Number;
        if (number != Last + 1) return Fault(JournalFaultKind.Number, Last + 1, $"commit {Last + 1} is missing: commit {number} follows commit {Last}");

        var chain = _hash.Next(number, Chain, row.Directory);
        if (!row.Chain.SequenceEqual(chain))
        {
            return Fault(
                JournalFaultKind.Chain, number,
                $"commit {number} is not what was written there: its number, its directory and commit {number - 1} make the chain hash "
                + $"{Convert.ToHexStringLower(chain)}, and the row has {Convert.ToHexStringLower(row.Chain)}");
        }
        if (number != JournalFormat.Founding && TakeDirectory(row, ref entries) is { } fault) return fault;
        (Last, Chain) = (number, chain);
        return null;
    }

    /// <summary>Whether the journal reaches as far as <paramref name="mark"/> says, and is the one that it speaks of.</summary>
    public JournalFault? CheckEnd(SyncedMark? mark)
    {
        if (Last < JournalFormat.Founding) return Fault(JournalFaultKind.Number, 0, "commit 0 is missing");
        if (mark is null) return null;
        if (mark.Commit > Last) return JournalFault.EndsEarly(path, Last, mark);
        if (mark.Commit < Last || mark.Chain == Convert.ToHexStringLower(Chain)) return null;
        return Fault(
            JournalFaultKind.Chain, Last,
            $"commit {Last} is not the one that was synced: its chain hash is {Convert.ToHexStringLower(Chain)}, and {SyncedMark.FileName} has {mark.Chain}");
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private JournalFault? TakeDirectory(JournalCursor row, ref IReadOnlyList<AppendEntry> entries)
    {
        try
        {
            entries = _codec.Read(row.Directory, row.EventBytes);
        }
        catch (FormatException exception)
        {
            return Fault(JournalFaultKind.Directory, row.Number, $"commit {row.Number} cannot be understood: {exception.Message}");
        }
        if (Index.TakeChecked(entries, row.Number) is not var (stream, problem)) return null;
        return Fault(JournalFaultKind.Numbering, row.Number, $"commit {row.Number} does not follow: its append to stream '{stream}' {problem}");
    }

    private JournalFault Fault(JournalFaultKind kind, long commit, string what) =>
        new(kind, commit, null, null, $"{path} is damaged: {what}. Restore it from a backup; nothing of it was changed.");
}
