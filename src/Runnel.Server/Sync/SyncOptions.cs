namespace Runnel.Server.Sync;

/// <summary>The limits of connections. Each has a default that suits one machine.</summary>
public sealed class SyncOptions
{
    /// <summary>The most streams that one connection may be subscribed to.</summary>
    public int MaxStreams { get; set; } = 1_000;

    /// <summary>How long a connection may take to say hello.</summary>
    public TimeSpan HelloTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the server pings.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>After how much silence, pongs counting as a sound, the connection is closed.</summary>
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the peer may take no bytes at all while there is something to send.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most publishes of one connection that may wait for the disk; more are not read from the socket meanwhile.</summary>
    public int MaxPublishesInFlight { get; set; } = 2_048;

    /// <summary>The most fetches of one connection that may be under way; more are not read from the socket meanwhile.</summary>
    public int MaxFetchesInFlight { get; set; } = 16;

    /// <summary>
    /// The bytes of answers that may wait for a connection to take them; beyond that nothing more is read from it. As many bytes of
    /// signals may wait.
    /// </summary>
    public int MaxWaitingBytes { get; set; } = 1024 * 1024;

    /// <summary>The signals that may wait for a connection; beyond that, or beyond <see cref="MaxWaitingBytes"/>, the oldest are dropped, for they are ephemeral.</summary>
    public int MaxWaitingSignals { get; set; } = 256;

    /// <summary>The size at which a frame of events is full, in bytes; one event more may go over it.</summary>
    public int MaxFrameBytes { get; set; } = 64 * 1024;

    /// <summary>The most events of a frame.</summary>
    public int MaxFrameEvents { get; set; } = 1_000;
}
