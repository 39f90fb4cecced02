namespace Runnel.Records;

/// <summary>The merge state of all objects of a stream, as of one seq. Not safe for use by several threads at once.</summary>
public sealed class RecordSet(StreamSettings settings)
{
    /// <summary>How the records merge.</summary>
    public StreamSettings Settings { get; } = settings;

    /// <summary>The seq of the last event taken: the state is that of the stream's prefix up to it.</summary>
    public Seq Head { get; private set; }

    /// <summary>Takes the next event of the stream.</summary>
    /// <exception cref="ArgumentException">The event is not the one right after <see cref="Head"/>.</exception>
    public void Apply(StreamEvent confirmed) => throw new NotSupportedException();

    /// <summary>The existing objects, sorted by collection, then id, by UTF-8 bytes; of one collection, if one is given.</summary>
    public IEnumerable<VisibleRecord> Visible(CollectionName? collection = null) => throw new NotSupportedException();

    /// <summary>The hash of what apps see of the whole stream: SHA-256, lower-case hex, of the canonical <c>records</c> array.</summary>
    public string Hash() => throw new NotSupportedException();

    /// <summary>The hash of the whole merge state: SHA-256, lower-case hex, of its canonical document (PROTOCOL.md).</summary>
    public string MergeHash() => throw new NotSupportedException();
}
