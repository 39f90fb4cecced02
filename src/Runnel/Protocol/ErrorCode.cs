using System.Diagnostics.CodeAnalysis;

namespace Runnel.Protocol;

/// <summary>A stable code that says why something was refused: the same over WebSocket, HTTP and in the clients.</summary>
public sealed class ErrorCode
{
    private static readonly Dictionary<string, ErrorCode> ByName = [];

    private ErrorCode(string name, int httpStatus, bool isRetryable = false)
    {
        Name = name;
        HttpStatus = httpStatus;
        IsRetryable = isRetryable;
        ByName.Add(name, this);
    }

    /// <summary>The message as a whole cannot be read.</summary>
    public static ErrorCode InvalidMessage { get; } = new("invalid_message", 400);

    /// <summary>An event is malformed, or does what its stream's settings do not allow.</summary>
    public static ErrorCode InvalidEvent { get; } = new("invalid_event", 400);

    /// <summary>A stream's or client's name is none.</summary>
    public static ErrorCode InvalidName { get; } = new("invalid_name", 400);

    /// <summary>There is no such stream.</summary>
    public static ErrorCode UnknownStream { get; } = new("unknown_stream", 404);

    /// <summary>The stream exists with other settings.</summary>
    public static ErrorCode SettingsConflict { get; } = new("settings_conflict", 409);

    /// <summary>A clientSeq was skipped.</summary>
    public static ErrorCode ClientSeqGap { get; } = new("client_seq_gap", 409);

    /// <summary>A clientSeq was used before, for another content.</summary>
    public static ErrorCode ClientSeqConflict { get; } = new("client_seq_conflict", 409);

    /// <summary>An author claims to have seen what is not there yet.</summary>
    public static ErrorCode FuturePrecedingSeq { get; } = new("future_preceding_seq", 409);

    /// <summary>An author claims to have seen less than before.</summary>
    public static ErrorCode PrecedingSeqRegressed { get; } = new("preceding_seq_regressed", 409);

    /// <summary>A later session of the same client has taken over.</summary>
    public static ErrorCode StaleSession { get; } = new("stale_session", 409);

    /// <summary>What the client holds is not this stream's history.</summary>
    public static ErrorCode Diverged { get; } = new("diverged", 409);

    /// <summary>An event, a batch or a message is over its limit.</summary>
    public static ErrorCode TooLarge { get; } = new("too_large", 413);

    /// <summary>The client sends more than it may; later is fine.</summary>
    public static ErrorCode RateLimited { get; } = new("rate_limited", 429, isRetryable: true);

    /// <summary>Nobody is logged in.</summary>
    public static ErrorCode Unauthorized { get; } = new("unauthorized", 401);

    /// <summary>Who is logged in may not do this.</summary>
    public static ErrorCode Forbidden { get; } = new("forbidden", 403);

    /// <summary>The server has more to do than it accepts; later is fine.</summary>
    public static ErrorCode Overloaded { get; } = new("overloaded", 503, isRetryable: true);

    /// <summary>The server's disk is full; later is fine.</summary>
    public static ErrorCode StorageFull { get; } = new("storage_full", 507, isRetryable: true);

    /// <summary>The stream was deleted, or the part of it that was asked for is no longer kept.</summary>
    public static ErrorCode Gone { get; } = new("gone", 410);

    /// <summary>This server cannot do that.</summary>
    public static ErrorCode NotSupported { get; } = new("not_supported", 501);

    /// <summary>A fault of the server; later may be fine.</summary>
    public static ErrorCode Internal { get; } = new("internal", 500, isRetryable: true);

    /// <summary>The code on the wire.</summary>
    public string Name { get; }

    /// <summary>The HTTP status that goes with it.</summary>
    public int HttpStatus { get; }

    /// <summary>Whether the same request may succeed later, unchanged.</summary>
    public bool IsRetryable { get; }

    /// <summary>Finds the code named <paramref name="name"/>.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out ErrorCode? code) => ByName.TryGetValue(name, out code);

    /// <summary>The code on the wire.</summary>
    public override string ToString() => Name;
}
