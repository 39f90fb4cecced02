using Runnel.Client.Replica;

namespace Runnel.Client.Connection;

/// <summary>Keeps a connection to the server, as the client needs it; a simulation puts one there that runs on its own time.</summary>
internal interface IConnector : IAsyncDisposable
{
    /// <summary>Whether the app wants no connection.</summary>
    bool IsSwitchedOff { get; set; }

    /// <summary>How the client stands to the server, its streams left aside.</summary>
    ConnectionState State { get; }

    /// <summary>What last stood in the way of a connection; <c>null</c> if nothing does.</summary>
    string? Trouble { get; }

    /// <summary>Begins to connect.</summary>
    void Start();

    /// <summary>Tries a connection at once.</summary>
    void ConnectNow();

    /// <summary>A stream was mentioned for the first time: asks for it, if there is a connection; the gate is held.</summary>
    void Join(SyncedStream stream);

    /// <summary>Does what a stream wants of the connection; the gate is held.</summary>
    void Note(SyncedStream stream, ReplicaOutput output);
}
