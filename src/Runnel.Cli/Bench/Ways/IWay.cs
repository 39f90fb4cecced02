namespace Runnel.Cli.Bench.Ways;

/// <summary>A way to keep the same list on many devices. An instance is one device's, or the server's.</summary>
internal interface IWay
{
    /// <summary>What the way is called.</summary>
    string Name { get; }

    /// <summary>Makes an edit at its author's device; the bytes to send to the server.</summary>
    byte[] Make(TodoEdit edit);

    /// <summary>Takes what came from a device at the server; the bytes to send on to every device.</summary>
    byte[] Relay(byte[] sent);

    /// <summary>Takes what came from the server at a device.</summary>
    void Take(byte[] relayed);

    /// <summary>Whether the author is sent its own edits back, too.</summary>
    bool ReturnsToAuthor { get; }
}
