namespace Runnel.Server.Homes;

/// <summary>
/// Ties together the batches of a caller that sends the next before the last is answered: once one of them is refused, for whatever
/// reason, so are all sent behind it, so that nothing lands ahead of what was to come first. Safe for use by many threads.
/// </summary>
public sealed class PublishChain
{
    private volatile bool _isBroken;

    /// <summary>Whether a batch was refused; nothing sent with this chain is appended any more.</summary>
    public bool IsBroken => _isBroken;

    internal void Break() => _isBroken = true;
}
