using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Simulation.Clients;

/// <summary>A batch that its author keeps until it is acknowledged.</summary>
internal sealed class ScriptedBatch(IReadOnlyList<Edit> edits)
{
    public IReadOnlyList<Edit> Edits => edits;

    /// <summary>Whether it was sent on this connection and not refused since.</summary>
    public bool IsSent { get; set; }

    /// <summary>When to send it at the earliest.</summary>
    public TimeSpan SendAt { get; set; }

    /// <summary>When it was sent last; <c>null</c> if never.</summary>
    public TimeSpan? SentAt { get; set; }
}

/// <summary>What an author wants stored in one stream, in order.</summary>
internal sealed class ScriptedOutbox(StreamMemory memory)
{
    private readonly List<ScriptedBatch> _waiting = [];
    private readonly HashSet<Edit> _acknowledged = [];

    /// <summary>What the author has seen of the stream.</summary>
    public StreamMemory Memory => memory;

    /// <summary>The batches that are not acknowledged.</summary>
    public IReadOnlyList<ScriptedBatch> Waiting => _waiting;

    /// <summary>The edits that are acknowledged.</summary>
    public List<Edit> Done { get; } = [];

    /// <summary>The number of the next edit.</summary>
    public long NextClientSeq { get; private set; } = 1;

    /// <summary>Whether the server has given an answer in the present session that makes the session durable.</summary>
    public bool IsSessionKnown { get; set; }

    /// <summary>Adds a batch.</summary>
    public void Add(IReadOnlyList<Edit> edits)
    {
        NextClientSeq += edits.Count;
        _waiting.Add(new ScriptedBatch(edits));
    }

    /// <summary>Notes that <paramref name="edits"/> are acknowledged, and lets go of the batches that are so as a whole, in order.</summary>
    public void Settle(IEnumerable<Edit> edits)
    {
        _acknowledged.UnionWith(edits);
        while (_waiting.Count > 0 && _acknowledged.IsSupersetOf(_waiting[0].Edits))
        {
            Done.AddRange(_waiting[0].Edits);
            _waiting.RemoveAt(0);
        }
    }

    /// <summary>A new connection: all that waits is sent again.</summary>
    public void Disconnect()
    {
        IsSessionKnown = false;
        foreach (var batch in _waiting) (batch.IsSent, batch.SendAt) = (false, TimeSpan.Zero);
    }
}
