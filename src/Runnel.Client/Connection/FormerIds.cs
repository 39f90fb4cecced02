using Runnel.Client.Transport;
using Runnel.Protocol;

namespace Runnel.Client.Connection;

/// <summary>
/// Ends the ids that a store gave up, so that nothing of theirs that is still on its way can land: from then on, what stands in the streams
/// under those ids is all that ever will.
/// </summary>
internal static class FormerIds
{
    /// <summary>Ends <paramref name="former"/> in each of <paramref name="streams"/>.</summary>
    /// <exception cref="TransportException">It is not known whether it is ended everywhere; to be tried again.</exception>
    public static async Task EndAsync(ITransport transport, ClientIdentity former, IReadOnlyCollection<StreamName> streams, string? token, CancellationToken cancellationToken)
    {
        var link = new ServerLink(await transport.ConnectAsync(cancellationToken).ConfigureAwait(false));
        await using var owned = link.ConfigureAwait(false);
        var ended = former.Ended;
        link.Say(new ClientMessage.Hello(ended.Id, ended.Session, token));
        // A batch of nothing is refused, and its session kept: all that is wanted.
        var reference = 0L;
        foreach (var stream in streams) link.Say(new ClientMessage.Publish(++reference, stream, []));
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sent = link.SendAsync(sending.Token);
        try
        {
            await ReadAnswersAsync(link, streams.Count, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await sending.CancelAsync().ConfigureAwait(false);
            await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ReadAnswersAsync(ServerLink link, int count, CancellationToken cancellationToken)
    {
        var isWelcome = false;   // who has not been heard to say hello is refused in the same words
        for (var answers = 0; answers < count;)
        {
            switch (await link.ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                case ServerMessage.Welcome: isWelcome = true; break;
                case ServerMessage.Error { Ref: not null, Code: "invalid_message" or "unknown_stream" or "forbidden" } when isWelcome: answers++; break;
                case ServerMessage.Error error: throw new TransportException($"The former id cannot be given up yet: {error.Message}");
                case null: throw new TransportException("The connection was lost before the former id was given up.");
            }
        }
    }
}
