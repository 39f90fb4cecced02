namespace Runnel.Client.Connection;

/// <summary>How long to wait before the next try: doubling with each failure, and jittered, so that a thousand clients of a server that comes back do not come at once.</summary>
internal sealed class Backoff(TimeSpan min, TimeSpan max, IdSource ids)
{
    private int _failures;

    /// <summary>A connection was made: the next wait is short again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>The next wait: between half of the doubled time and all of it.</summary>
    public TimeSpan Next()
    {
        // 2^20 times the shortest wait is beyond any longest one.
        var full = Math.Min(max.TotalMilliseconds, min.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 20)));
        Span<byte> random = stackalloc byte[4];
        ids.Fill(random);
        return TimeSpan.FromMilliseconds(full * (0.5 + BitConverter.ToUInt32(random) / (2.0 * uint.MaxValue)));
    }
}
