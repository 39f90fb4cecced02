namespace Runnel.Server.Homes;

/// <summary>The limits of homes. Each has a default that suits one machine.</summary>
public class HomeOptions
{
    /// <summary>The largest event, in bytes of its canonical JSON as sent.</summary>
    public int MaxEventBytes { get; set; } = 64 * 1024;

    /// <summary>The most events in one batch.</summary>
    public int MaxBatchEvents { get; set; } = 1_000;

    /// <summary>The largest batch, in bytes of its events.</summary>
    public int MaxBatchBytes { get; set; } = 1024 * 1024;

    /// <summary>Whether publishing to an unknown stream creates it, with default settings.</summary>
    public bool CreatesStreamsOnPublish { get; set; } = true;

    /// <summary>The most requests that may wait at one home; more are answered <c>overloaded</c>.</summary>
    public int MaxQueuedRequests { get; set; } = 8_192;

    /// <summary>The most bytes of events that may wait to be stored, over all streams; more are answered <c>overloaded</c>.</summary>
    public long MaxQueuedBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>The most appends that go into one commit; what one fsync carries is bounded by it and by the batches' sizes.</summary>
    public int MaxGroupAppends { get; set; } = 4_096;

    /// <summary>How long a home without work stays in memory.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
