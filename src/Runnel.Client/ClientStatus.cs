namespace Runnel.Client;

/// <summary>How a client stands to its server.</summary>
public enum ConnectionState
{
    /// <summary>The app has switched the network off.</summary>
    SwitchedOff,

    /// <summary>There is no connection; one is tried again and again.</summary>
    Offline,

    /// <summary>The server is there, and something is still to come.</summary>
    CatchingUp,

    /// <summary>The server is there, and everything has come.</summary>
    Online,

    /// <summary>The server asks who is there, and nobody could say.</summary>
    NeedsToken,
}

/// <summary>How a client, or one of its streams, is doing, at one moment. Never changes.</summary>
/// <param name="Connection">How it stands to the server.</param>
/// <param name="Pending">How many own events have not come back.</param>
/// <param name="Rejected">How many own events the server refused for good; they are kept until somebody decides.</param>
/// <param name="Progress">How much of what the server is known to have has been reconciled: from 0 to 1.</param>
/// <param name="LastSynced">When everything had last come; <c>null</c> if never since the client was opened.</param>
/// <param name="LastError">What last stood in the way; <c>null</c> if nothing does.</param>
public sealed record ClientStatus(ConnectionState Connection, int Pending, int Rejected, double Progress, DateTimeOffset? LastSynced, string? LastError)
{
    /// <summary>What people should know about what is kept here, such as that a browser may delete it; <c>null</c> for nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>How much of what is known is held: plain arithmetic on seqs. Of nothing, all is held.</summary>
    internal static double ProgressOf(long held, long known) => known == 0 ? 1 : (double)held / known;

    /// <summary>The status in a few words: <c>Online, 1 pending</c>.</summary>
    public override string ToString()
    {
        var words = new List<string> { Connection switch { ConnectionState.CatchingUp => $"Catching up {Progress:P0}", ConnectionState.SwitchedOff => "Switched off", ConnectionState.NeedsToken => "Needs a token", var other => other.ToString() } };
        if (Pending > 0) words.Add($"{Pending} pending");
        if (Rejected > 0) words.Add($"{Rejected} rejected");
        if (LastError is not null) words.Add(LastError);
        if (Warning is not null) words.Add(Warning);
        return string.Join(", ", words);
    }
}
