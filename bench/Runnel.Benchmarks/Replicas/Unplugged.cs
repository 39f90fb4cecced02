using Runnel.Client.Transport;

namespace Runnel.Benchmarks.Replicas;

/// <summary>No network.</summary>
internal sealed class Unplugged : ITransport
{
    public ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken) => throw new TransportException("There is no network.");
}
