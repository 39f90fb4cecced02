namespace Runnel.Server.Homes;

/// <summary>The bytes of all events that were accepted and are not answered, over all streams. Safe for use by many threads.</summary>
internal sealed class WaitingBytes
{
    private long _bytes;

    /// <summary>How many bytes wait.</summary>
    public long Count => Interlocked.Read(ref _bytes);

    /// <summary>What a request holds while it waits.</summary>
    public static long Of(HomeRequest request) => request is HomeRequest.Publish publish ? BatchRules.SizeOf(publish.Request.Events) : 0;

    /// <summary>Adds bytes that wait from now on, or takes away those that do no longer.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
