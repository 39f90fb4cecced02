using Runnel.Client.Transport;

namespace Runnel.Client.Browser.Page;

/// <summary>A line that is cut now and then: before a message leaves, so that it is lost, or behind it, so that its answer is.</summary>
internal sealed class UnsteadyTransport(ITransport steady, Random random) : ITransport
{
    private const double CutShare = 0.08;

    /// <summary>Whether lines hold from now on.</summary>
    public bool IsSteady { get; set; }

    public async ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken) =>
        new Connection(this, await steady.ConnectAsync(cancellationToken));

    private bool IsCut() => !IsSteady && random.NextDouble() < CutShare;

    private sealed class Connection(UnsteadyTransport line, ITransportConnection steady) : ITransportConnection
    {
        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            if (line.IsCut()) throw new TransportException("The line was cut.");
            await steady.SendAsync(message, cancellationToken);
            if (line.IsCut()) throw new TransportException("The line was cut.");
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            var message = await steady.ReceiveAsync(cancellationToken);
            return line.IsCut() ? null : message;
        }

        public ValueTask DisposeAsync() => steady.DisposeAsync();
    }
}
