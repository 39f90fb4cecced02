using Runnel.Client.Connection;
using Runnel.Client.LocalStore;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Testing.LocalStores;

namespace Runnel.Client.Tests.Replica;

/// <summary>What a world is made of, beside its seed.</summary>
internal sealed record WorldOptions
{
    /// <summary>Whether edits coalesce.</summary>
    public bool Coalesces { get; init; } = true;

    /// <summary>Makes the replica of a device; tests put wrong ones here.</summary>
    public Func<LoadedStream, ClientIdentity, StreamReplica>? Replica { get; init; }

    /// <summary>Does after each step of a device what a wrong shell would do.</summary>
    public Action<Device> AfterStep { get; init; } = _ => { };
}

/// <summary>
/// Several devices, their users and one home, with a network that loses, repeats and delays, processes that end at any moment, and a server
/// that refuses and stalls: all drawn from one seed. In the end it says which promise is broken.
/// </summary>
internal sealed class ReplicaWorld
{
    private static readonly string[] Objects = ["a", "b", "c"];

    private readonly Random _random;
    private readonly TestHome _home = new();
    private readonly List<Device> _devices = [];
    private readonly List<TestConnection> _late = [];
    private readonly List<string> _titles = [], _inserted = [];
    private readonly WorldOptions _options;
    private int _edits;

    public ReplicaWorld(int seed, WorldOptions options)
    {
        _random = new Random(seed);
        _options = options;
        _home.FrameEvents = _random.Next(1, 6);
        _home.Create(Settings());
        if (_random.Next(2) == 0) RefuseB();
        var count = _random.Next(2, 5);
        for (var i = 0; i < count; i++)
        {
            _devices.Add(new Device(_home, $"device-{i}", make: options.Replica ?? ((loaded, identity) => new StreamReplica(TestHome.Stream, identity.Id, loaded, IdSource.System)
            {
                Coalesce = options.Coalesces ? Coalescing.Coalescer.Add : (_, _, _, edit) => new Coalescing.Coalesced.Append(edit.Event.Event),
            })));
        }
    }

    /// <summary>Plays so many steps, then lets everything come to rest; <c>null</c> if every promise was kept.</summary>
    public string? Play(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var device = _devices[_random.Next(_devices.Count)];
            if (_random.Next(30) == 0) EndSoon(device);
            try
            {
                if (Step(device) is { } broken) return broken;
            }
            catch (LocalStoreException)
            {
                device.Disk.Fate = _ => LocalCommitFate.Succeeds;
                device.Restart();
            }
            _options.AfterStep(device);
        }
        (_home.Refuses, _home.NextAnswer) = (_ => null, null);
        foreach (var device in _devices) device.Disk.Fate = _ => LocalCommitFate.Succeeds;
        foreach (var late in _late.Where(late => late.Up.Count > 0)) _home.TakeNext(late);
        for (var i = 0; i < 3; i++)
        {
            foreach (var device in _devices)
            {
                device.Connect();
                device.Sync();
                foreach (var rejected in device.Outbox.Where(pending => pending.Rejection is not null).ToList())
                {
                    if (device.Replica.Outbox.RejectedOf(rejected.Key).Any()) device.Retry(rejected.Key.Id.Value);
                }
                device.Sync();
                _options.AfterStep(device);
            }
        }
        return Judge();
    }

    private string? Step(Device device)
    {
        switch (_random.Next(30))
        {
            case < 6: return Edit(device);
            case < 13 when device.Connection is { Up.Count: > 0 }: device.CarryUp(); break;
            case < 23 when device.Connection is { Down.Count: > 0 }: Receive(device); break;
            case 23 or > 26 when device.Connection is null: Connect(device); break;
            case 23 when _random.Next(3) == 0: Connect(device); break;
            case 24 when _random.Next(3) == 0: device.Disconnect(); break;
            case 25 when _random.Next(3) == 0: device.Restart(); break;
            case 26 when _late.Find(late => late.Up.Count > 0) is { } late: _home.TakeNext(late); break;
            case 27: Trouble(device); break;
        }
        return null;
    }

    /// <summary>What a user has just done is what the user sees, whatever is pending, confirmed or rejected.</summary>
    private string? Edit(Device device)
    {
        var id = Objects[_random.Next(Objects.Length)];
        var title = $"{device.Id.Value[..8]}-{++_edits}";
        switch (_random.Next(8))
        {
            case 0:
                device.Insert(id, title);
                _titles.Add(title);
                break;
            case 1: device.Delete(id); return device.Sees(id) is null ? null : $"Local first: {id} is seen after its deletion";
            case 2: device.Edit(EventOp.Update, id, Edits.Inc("count", _random.Next(1, 4))); return null;
            case 3:
                device.Batch((EventOp.Update, id, Edits.Set("title", title)), (EventOp.Update, "other", Edits.Set("title", title + "-too")));
                _titles.AddRange([title, title + "-too"]);
                break;
            case 4:
                id = title;   // an object of its own: nobody else touches it
                device.Insert(id, title);
                _inserted.Add(title);
                break;
            default:
                device.Set(id, title);
                _titles.Add(title);
                break;
        }
        var seen = device.Sees(id);
        return seen is null || seen == $"\"{title}\"" ? null : $"Local first: {device.Id} sets {id} to {title} and sees {seen}";
    }

    private void Receive(Device device)
    {
        var message = device.Connection!.Down.Dequeue();
        var isEvents = message is ServerMessage.Events or ServerMessage.Fetched;
        if (isEvents && _random.Next(8) == 0) return;   // lost
        device.Take(message);
        if (isEvents && _random.Next(8) == 0) device.Take(message);
    }

    private void Connect(Device device)
    {
        if (device.Connection is { } old && _random.Next(2) == 0) _late.Add(old);   // its frames may still arrive
        device.Connect();
    }

    private void Trouble(Device device)
    {
        switch (_random.Next(5))
        {
            case 0: _home.NextAnswer = "overloaded"; break;
            case 1 when device.Connection is not null: device.Resume(); break;
            case 2 when device.Connection is not null: device.Tick(); break;
            case 3: RefuseB(); break;
            case 4: _home.Refuses = _ => null; break;
        }
    }

    /// <summary>The device's process ends at its next commit: before it is durable, or after.</summary>
    private void EndSoon(Device device)
    {
        var fate = _random.Next(2) == 0 ? LocalCommitFate.CrashesBefore : LocalCommitFate.CrashesAfter;
        device.Disk.Fate = _ => fate;
    }

    private void RefuseB() => _home.Refuses = draft => draft.Key.Id.Value == "b" ? new Refusal(ErrorCode.Forbidden, "Not b.") : null;

    private string? Judge()
    {
        var state = _home.State;
        foreach (var device in _devices)
        {
            if (device.Notes.Find(note => note is ReplicaOutput.FoundCopy or ReplicaOutput.StandsStill) is { } note) return $"Gapless: {device.Id} has lost its way: {note}";
            if (device.Outbox.Count > 0) return $"Live: {device.Id} still has {device.Outbox.Count} events: {device.Replica.Trouble}";
            if (device.Replica.Confirmed.MergeHash() != state.MergeHash()) return $"Convergent: {device.Id} has another state than the stream";
            device.Restart();
            if (device.Replica.Confirmed.MergeHash() != state.MergeHash()) return $"Convergent: what {device.Id} has on its disk is another state than the stream";
        }
        // Coalesced, an edit may go with a later one of the same author; uncoalesced each stands for itself.
        foreach (var title in _options.Coalesces ? _inserted : _inserted.Concat(_titles))
        {
            var times = _home.Stored.Count(stored => stored.Event.Fields.Changes.Any(change => change.Delta.Wire.ToString() == $"\"{title}\""));
            if (times != 1) return $"Exactly once: {title} was made once, and stands {times} times in the stream";
        }
        return null;
    }

    private StreamSettings Settings()
    {
        var (order, onDelete) = (_random.Next(2) == 0 ? "causal" : "total", _random.Next(2) == 0 ? "deleteWins" : "updateWins");
        var json = $$"""{"order":"{{order}}","collections":{"task":{"onConcurrentDelete":"{{onDelete}}" } } }""";
        Assert.True(CanonicalJson.TryParse(System.Text.Encoding.UTF8.GetBytes(json), out var settings, out _));
        return StreamSettings.Parse(settings);
    }
}
