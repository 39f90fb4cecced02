namespace Runnel.Server.Sqlite.Journal;

/// <summary>Where the events of one append are in the journal: 40 bytes in memory, however many events.</summary>
/// <param name="FirstSeq">The first event's seq; the last is the one before the next block's first.</param>
/// <param name="Commit">The commit's number.</param>
/// <param name="Offset">Where the block begins in the commit's bytes.</param>
/// <param name="Length">How many bytes it takes.</param>
/// <param name="ChecksumHigh">The upper half of its XxHash128.</param>
/// <param name="ChecksumLow">The lower half. In halves, because a UInt128 would align the whole to 48 bytes.</param>
internal readonly record struct BlockPosition(long FirstSeq, long Commit, int Offset, int Length, ulong ChecksumHigh, ulong ChecksumLow) : IBeginning
{
    /// <inheritdoc/>
    public long Begin => FirstSeq;

    /// <summary>The XxHash128 of the block's bytes.</summary>
    public UInt128 Checksum => new(ChecksumHigh, ChecksumLow);
}
