namespace Runnel.Testing.Simulation.Network;

/// <summary>Who holds one end of a connection.</summary>
internal interface IConnectionEnd
{
    /// <summary>A frame has arrived.</summary>
    void Received(SimulatedConnection connection, ReadOnlyMemory<byte> frame);

    /// <summary>The other end is gone, or was never there.</summary>
    void Closed(SimulatedConnection connection);
}

/// <summary>The client's end.</summary>
internal interface IClientEnd : IConnectionEnd
{
    /// <summary>The server has accepted the connection.</summary>
    void Connected(SimulatedConnection connection);
}

/// <summary>Where clients connect to.</summary>
internal interface IServerPort
{
    /// <summary>Takes a connection; <c>null</c> if no server is running.</summary>
    IConnectionEnd? Accept(SimulatedConnection connection);
}
