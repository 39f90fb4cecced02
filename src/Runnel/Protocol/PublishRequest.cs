namespace Runnel.Protocol;

/// <summary>A batch of one client's events, to be appended to a stream as one contiguous run, or not at all.</summary>
public sealed record PublishRequest
{
    /// <summary>The stream; one that does not exist is created with default settings where the server allows that.</summary>
    public required StreamName Stream { get; init; }

    /// <summary>The author.</summary>
    public required ClientId Client { get; init; }

    /// <summary>The author's session; a publish that says none counts as session 0.</summary>
    public long Session { get; init; }

    /// <summary>The batch's nonce, random, kept with the client's last number; <c>null</c> for none.</summary>
    public string? Nonce { get; init; }

    /// <summary>The events; at least one, unless <see cref="ShapeRefusal"/> says what was wrong with them.</summary>
    public required IReadOnlyList<EventDraft> Events { get; init; }

    /// <summary>
    /// What reading the events found wrong. It travels with the request, because a stale session must be answered first, and
    /// because a session becomes known by its first publish also when that is refused.
    /// </summary>
    public Refusal? ShapeRefusal { get; init; }
}
