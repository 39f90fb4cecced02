using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Runnel.Client;

/// <summary>What a client may be told. Each has a default that suits most apps.</summary>
public sealed class RunnelClientOptions
{
    /// <summary>The clock of waiting; order never depends on it.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where ids come from.</summary>
    public IdSource Ids { get; set; } = IdSource.System;

    /// <summary>How the server is reached; <c>null</c> for a WebSocket to the address that the client is opened with.</summary>
    public Transport.ITransport? Transport { get; set; }

    /// <summary>Where the client writes what it has to say, mostly of lost connections and of what failed.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Makes the meter <c>Runnel.Client</c>; <c>null</c> for one that is shared with nobody.</summary>
    public IMeterFactory? Meters { get; set; }

    /// <summary>Gives the token that says who is logged in, whenever the server asks for one; <c>null</c> where none is needed.</summary>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; set; }

    /// <summary>Whether the client is opened with the network switched off, as <see cref="RunnelClient.IsSwitchedOff"/> may have been before.</summary>
    public bool IsSwitchedOff { get; set; }

    /// <summary>The shortest wait before a lost connection is tried again; each failure doubles it, up to <see cref="MaxReconnectDelay"/>.</summary>
    public TimeSpan MinReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait before a lost connection is tried again.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a publish may go unanswered before it is said again, unchanged.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether the copies of streams rest in the local store until <see cref="RunnelClient.OpenStreamAsync"/>, for apps with more streams than are looked at; those with edits to
    /// send are opened at once. By default all are.
    /// </summary>
    public bool LoadsStreamsWhenOpened { get; set; }
}
