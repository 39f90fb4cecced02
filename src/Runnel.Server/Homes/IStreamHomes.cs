using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>The way to every stream's home, as connections need it; a simulation puts homes there that run on its own time.</summary>
internal interface IStreamHomes
{
    /// <inheritdoc cref="StreamHomes.Store"/>
    IStreamStore Store { get; }

    /// <inheritdoc cref="StreamHomes.Publish"/>
    void Publish(PublishRequest request, PublishChain? chain, IHomeTicket ticket);

    /// <inheritdoc cref="StreamHomes.CreateAsync"/>
    ValueTask<CreateResult> CreateAsync(StreamName stream, StreamSettings settings, CancellationToken cancellationToken);

    /// <inheritdoc cref="StreamHomes.OpenAsync"/>
    ValueTask<OpenResult> OpenAsync(StreamName stream, ClientId client, long session, CancellationToken cancellationToken);

    /// <inheritdoc cref="StreamHomes.FindAsync"/>
    ValueTask<StreamHeader?> FindAsync(StreamName stream, CancellationToken cancellationToken);

    /// <inheritdoc cref="StreamHomes.Watch"/>
    StreamWatch Watch(StreamName stream);
}
