using Microsoft.Extensions.Logging;

namespace Runnel.Client.Diagnostics;

/// <summary>What a client says of itself. Ids 3100-3199, none of which is used twice.</summary>
internal sealed partial class ClientLog(ILogger logger)
{
    [LoggerMessage(3101, LogLevel.Error, "A conflict rule of {Stream} threw; the conflict stays listed")]
    public partial void RuleFailed(Exception exception, string stream);

    [LoggerMessage(3102, LogLevel.Warning, "{Stream} refused {Count} edits for good: {Reason}. They are kept until somebody decides")]
    public partial void Rejected(string stream, int count, string reason);

    [LoggerMessage(3103, LogLevel.Warning, "{Stream} stands still: {Reason}")]
    public partial void StandsStill(string stream, string reason);

    [LoggerMessage(3104, LogLevel.Information, "The connection is {State}")]
    public partial void ConnectionIs(ConnectionState state);
}
