using CsCheck;

namespace Runnel.Tests;

/// <summary>
/// A stream written by clients that reconcile a gapless prefix whenever they like, make edits, and freeze and send them later.
/// Beside each event stands the version vector that its author would have sent: the full relation, kept by the textbook.
/// </summary>
internal sealed class SimulatedHistory
{
    private const int ClientCount = 4;

    private readonly List<(StreamEvent Event, VersionVector Vector)> _log = [];
    private readonly Client[] _clients = [.. Enumerable.Range(0, ClientCount).Select(i => new Client(ClientId.Parse($"{(char)('A' + i)}")))];

    private SimulatedHistory(IEnumerable<Step> steps)
    {
        foreach (var step in steps) Take(step);
    }

    public enum Action { Edit, Send, Pull, Refuse }

    /// <summary>What one client does; <paramref name="Amount"/> is how far it pulls, how many it sends, which of its edits is refused.</summary>
    public readonly record struct Step(Action Action, int Client, int Amount);

    public static Gen<SimulatedHistory> Any { get; } =
        Gen.Select(Gen.Frequency((3, Action.Edit), (2, Action.Send), (2, Action.Pull), (1, Action.Refuse)),
            Gen.Int[0, ClientCount - 1], Gen.Int[0, 7])
        .Select((action, client, amount) => new Step(action, client, amount))
        .Array[0, 60].Select(steps => new SimulatedHistory(steps));

    /// <summary>The stream, each event with its author's version vector, that event included.</summary>
    public IReadOnlyList<(StreamEvent Event, VersionVector Vector)> Log => _log;

    private void Take(Step step)
    {
        var client = _clients[step.Client];
        switch (step.Action)
        {
            case Action.Edit: client.Outbox.Add((client.Position, client.Seen)); break;
            case Action.Send: Send(client, step.Amount); break;
            case Action.Pull: Pull(client, step.Amount); break;
            // A refused edit leaves the outbox; its retry would be a new edit. What stands behind it takes its number.
            case Action.Refuse when step.Amount < client.Outbox.Count: client.Outbox.RemoveAt(step.Amount); break;
        }
    }

    private void Send(Client client, int count)
    {
        foreach (var (preceding, seen) in client.Outbox.Take(count))
        {
            client.LastClientSeq++;
            var edit = new Event(client.LastClientSeq, preceding, EventOp.Delete, Samples.Milk, EventFields.Empty);
            _log.Add((new StreamEvent(new Seq(_log.Count + 1), client.Id, default, edit), seen.With(client.Id, client.LastClientSeq)));
        }
        client.Outbox.RemoveRange(0, Math.Min(count, client.Outbox.Count));
    }

    private void Pull(Client client, int count)
    {
        foreach (var (confirmed, vector) in _log.Skip((int)client.Position.Value).Take(count))
        {
            client.Position = confirmed.Seq;
            client.Seen = client.Seen.Merge(vector);
        }
    }

    private sealed class Client(ClientId id)
    {
        public ClientId Id { get; } = id;
        public long LastClientSeq { get; set; }
        public Seq Position { get; set; }
        public VersionVector Seen { get; set; } = VersionVector.Empty;
        public List<(Seq PrecedingSeq, VersionVector Seen)> Outbox { get; } = [];
    }
}
