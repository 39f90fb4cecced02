using CsCheck;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>
/// A stream as clients make it who pull when they like, edit at any time and send late: what they do is drawn at random, and the
/// events follow from it.
/// </summary>
internal sealed class History
{
    private const int ClientCount = 4;

    private readonly List<StreamEvent> _log = [];
    private readonly Client[] _clients = [.. "ABCD".Select(name => new Client(ClientId.Parse($"{name}")))];

    private History(IEnumerable<Step> steps)
    {
        foreach (var step in steps) Take(step);
        foreach (var client in _clients) Send(client, int.MaxValue);
    }

    private enum Act { Edit, Send, Pull }

    /// <summary>What one client does; <paramref name="Amount"/> is how much it sends or pulls.</summary>
    private readonly record struct Step(Act Act, int Client, int Amount, Edit Edit);

    public IReadOnlyList<StreamEvent> Log => _log;

    /// <summary>Histories of at most <paramref name="steps"/> steps whose edits write the fields <paramref name="names"/>.</summary>
    public static Gen<History> Of(string names, int steps = 30) =>
        Gen.Select(Gen.Frequency((4, Act.Edit), (2, Act.Send), (2, Act.Pull)), Gen.Int[0, ClientCount - 1], Gen.Int[1, 6], Edit.Of(names))
            .Select((act, client, amount, edit) => new Step(act, client, amount, edit))
            .Array[0, steps].Select(taken => new History(taken));

    public override string ToString() => string.Concat(_log.Select(next =>
        $"\n#{next.Seq} {next.Client}{next.Event.ClientSeq}@{next.Event.PrecedingSeq} {(next.Event.Blind ? "blind " : "")}{next.Event.Op} {next.Event.Key.Id} {next.Event.Fields}"));

    private void Take(Step step)
    {
        var client = _clients[step.Client];
        switch (step.Act)
        {
            case Act.Edit: client.Outbox.Add(step.Edit.ToEvent(++client.LastClientSeq, client.Position)); break;
            case Act.Send: Send(client, step.Amount); break;
            case Act.Pull: client.Position = Seq.Min(client.Position + step.Amount, new Seq(_log.Count)); break;
        }
    }

    private void Send(Client client, int count)
    {
        foreach (var next in client.Outbox.Take(count)) _log.Add(new StreamEvent(new Seq(_log.Count + 1), client.Id, default, next));
        client.Outbox.RemoveRange(0, Math.Min(count, client.Outbox.Count));
    }

    private sealed class Client(ClientId id)
    {
        public ClientId Id { get; } = id;
        public long LastClientSeq { get; set; }
        public Seq Position { get; set; }
        public List<Event> Outbox { get; } = [];
    }
}
