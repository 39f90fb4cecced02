using Runnel.Protocol;

namespace Runnel.Server.Homes;

/// <summary>Whom a feed tells that there is something new. The calls come from the home's loop, so they only take note.</summary>
public interface IStreamFollower
{
    /// <summary>The head has moved, or may have.</summary>
    void HeadMoved();

    /// <summary>Another follower has sent something ephemeral: a <c>signal</c> message, ready to send.</summary>
    void Signalled(ReadOnlyMemory<byte> message);

    /// <summary>There is nothing more to follow: the stream is <c>gone</c>, or its home had to give up.</summary>
    void Ended(Refusal refusal);
}
