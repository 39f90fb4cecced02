using Runnel.Protocol;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Simulation.Clients;

/// <summary>
/// An author without numbers, as with curl: sends a batch once and never again, whatever becomes of it, for each arrival counts.
/// Follows nothing, so that homes become idle.
/// </summary>
internal sealed class HandAuthor : Peer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<StreamName> _streams;
    private TimeSpan _sendAt, _sentAt;
    private long _refs, _awaited;

    public HandAuthor(SimulationContext context, SwarmSettings swarm, SimulationOracle oracle, SimulatedLink link, IReadOnlyList<StreamName> streams)
        : base(context, swarm, oracle, link, [])
    {
        _streams = streams;
    }

    protected override bool SaysSession => false;

    protected override void Connects() => _awaited = 0;

    protected override void Answered(long reference, bool isPublished, string? code)
    {
        if (reference == _awaited) _awaited = 0;
    }

    protected override void Work()
    {
        if (_awaited != 0 && Context.Now - _sentAt > Patience) Disconnect();
        else if (_awaited == 0 && Context.IsActive && Context.Now >= _sendAt) Send();
    }

    private void Send()
    {
        _sendAt = Context.Now + Chance.Between(TimeSpan.Zero, Swarm.MaxRest);
        _sentAt = Context.Now;
        _awaited = ++_refs;
        var stream = _streams[Chance.Below(_streams.Count)];
        var batch = new SentBatch
        {
            Client = Client.Value,
            Stream = stream.Value,
            Ref = _awaited,
            Connection = Connection,
            Session = 0,
            Nonce = null,
            Edits = [.. Enumerable.Range(0, Chance.Between(1, 3)).Select(i => new Edit(stream.Value, Client.Value, null, null, Chance.Pick("insert", "update", "delete"), $"{Client}-{_refs}-{i}"))],
        };
        Oracle.Sends(batch);
        Send(new ClientMessage.Publish(batch.Ref, stream, [.. batch.Edits.Select(PublishedEdits.ToDraft)]), () => Oracle.Arrives(batch));
    }
}
