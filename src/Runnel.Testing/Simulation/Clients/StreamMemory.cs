using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Simulation.Clients;

/// <summary>What a client has seen of one stream, all of it, and how it stands with the server about it.</summary>
internal sealed class StreamMemory(StreamName stream)
{
    /// <summary>The stream.</summary>
    public StreamName Stream => stream;

    /// <summary>The gapless prefix that was seen.</summary>
    public List<ObservedEvent> Seen { get; } = [];

    /// <summary>What was told and waits for what comes before it: kept, but not seen until the gap closes.</summary>
    public Dictionary<long, ObservedEvent> Waiting { get; } = [];

    /// <summary>The stream's id, once it was told.</summary>
    public string? Id { get; set; }

    /// <summary>Whether the server sends what comes.</summary>
    public bool IsFollowing { get; set; }

    /// <summary>Whether the server has told on this connection what it knows of the client, or that there is no such stream.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Whether others have made the stream with other settings than this client wants.</summary>
    public bool IsMadeOtherwise { get; set; }

    /// <summary>When the server last said something of the stream.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>Since when a subscription is unanswered.</summary>
    public TimeSpan? AskedAt { get; set; }

    /// <summary>When to ask again at the earliest.</summary>
    public TimeSpan AskAt { get; set; }

    /// <summary>Whether something before what was told is missing.</summary>
    public bool HasGap => Waiting.Count > 0;

    /// <summary>The stream is gone: what was seen of it says nothing of one that has its name.</summary>
    public void Forget()
    {
        Seen.Clear();
        Waiting.Clear();
        Id = null;
    }

    /// <summary>The connection is gone.</summary>
    public void Disconnect()
    {
        IsFollowing = IsKnown = false;
        AskedAt = null;
    }
}
