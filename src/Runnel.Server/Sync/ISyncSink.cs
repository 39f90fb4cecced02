namespace Runnel.Server.Sync;

/// <summary>Where a connection's messages go: a socket that gathers them until it is flushed.</summary>
public interface ISyncSink
{
    /// <summary>The bytes gathered since the last flush.</summary>
    int GatheredBytes { get; }

    /// <summary>Takes one whole message; its bytes may be used again once this returns.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);
}
