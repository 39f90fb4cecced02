using Runnel.Protocol;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Server;

/// <summary>
/// Who may come in, and who may write what: like an app's own authorization, it changes its mind. What it forbids it forbids by the
/// object, so that what stands beside a refused edit can go on.
/// </summary>
internal sealed class Guard(SimulationContext context, SwarmSettings swarm)
{
    private static readonly ErrorCode[] ForGood = [ErrorCode.Forbidden, ErrorCode.TooLarge, ErrorCode.InvalidEvent, ErrorCode.StorageFull, ErrorCode.RateLimited];

    // An object in so many is out of reach while something is forbidden at all.
    private const int Portion = 4;

    private readonly Chance _chance = context.Chance.For("guard");
    private int _epoch, _forbidden = -1;
    private ErrorCode _code = ErrorCode.Forbidden;

    /// <summary>The token that opens the door now.</summary>
    public string Token => $"token-{_epoch}";

    /// <summary>Whether <paramref name="token"/> has expired; who says none needs none here.</summary>
    public bool HasExpired(string? token) => swarm.Has(SimulatedFaults.Refusals) && token is not null && token != Token;

    /// <summary>All tokens expire.</summary>
    public void ExpireTokens()
    {
        _epoch++;
        context.Trace.Note($"all tokens but {Token} expire");
    }

    /// <summary>Forbids other objects than before.</summary>
    public void Forbid()
    {
        (_forbidden, _code) = (_chance.Below(Portion), _chance.Pick(ForGood));
        context.Trace.Note($"objects of kind {_forbidden} are refused as {_code.Name}");
    }

    /// <summary>Allows everything again.</summary>
    public void Allow() => _forbidden = -1;

    /// <summary>Why an event of <paramref name="key"/> is refused; <c>null</c> if it is not.</summary>
    public ErrorCode? Refuses(ObjectKey key) => KindOf(key) == _forbidden ? _code : null;

    private static int KindOf(ObjectKey key) => key.Id.Value.Aggregate(0, (sum, letter) => sum + letter) % Portion;
}
