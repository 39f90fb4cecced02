namespace Runnel.Client.Transport;

/// <summary>Reaches the server: a port, so that tests can lose, delay and repeat messages.</summary>
public interface ITransport
{
    /// <summary>Opens a connection.</summary>
    /// <exception cref="TransportException">The server cannot be reached, or refuses the connection.</exception>
    ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken);
}

/// <summary>One connection to the server. One sender and one receiver at a time.</summary>
public interface ITransportConnection : IAsyncDisposable
{
    /// <summary>Sends one message.</summary>
    /// <exception cref="TransportException">The connection is lost; whether the message arrived is unknown.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Waits for the next message, whose bytes are good until the next call; <c>null</c> once the connection has ended.</summary>
    ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken);
}

/// <summary>The server could not be reached, or the connection was lost: nothing that an app needs to handle, only to show.</summary>
public sealed class TransportException(string message, Exception? innerException = null) : Exception(message, innerException);
