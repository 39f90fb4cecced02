using Runnel.Tests;

namespace Runnel.Client.Tests.Replica;

/// <summary>Backups, restores, clones that live side by side, late frames and lost answers, at random: nothing is lost, nothing doubled.</summary>
public sealed class RandomCopyTests
{
    private static readonly int Seeds = Randomized.Runs(300);

    [Fact]
    public void Copies_at_any_moment_lose_and_double_nothing()
    {
        var copies = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var world = new CopyWorld(seed);
            var broken = world.Play(steps: 20 + seed % 100);
            Assert.True(broken is null, $"Seed {seed}: {broken}");
            copies += world.Copies;
        }
        Assert.True(copies > Seeds / 5, $"Only {copies} copies were found out.");
    }

    private sealed class CopyWorld(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly TestHome _home = new();
        private readonly List<TestConnection> _late = [];
        private readonly List<(Device Device, HashSet<string> Made)> _lives = [];
        private (Device Device, HashSet<string> Made)? _backup;
        private int _edits;

        /// <summary>How many stores were found to be copies.</summary>
        public int Copies { get; private set; }

        public string? Play(int steps)
        {
            _home.Create(Records.StreamSettings.Default);
            _lives.Add((new Device(_home, "ada"), []));
            for (var i = 0; i < steps; i++) Step(_random.Next(_lives.Count));
            foreach (var late in _late)
            {
                while (late.Up.Count > 0) _home.TakeNext(late);
            }
            for (var i = 0; i < 3; i++)
            {
                foreach (var (device, _) in _lives) device.Sync();
            }
            return Judge();
        }

        private void Step(int life)
        {
            var (device, made) = _lives[life];
            switch (_random.Next(16))
            {
                case < 4:
                    var id = $"{++_edits}";
                    made.Add(id);
                    device.Insert(id);
                    break;
                case < 8 when device.Connection is { Up.Count: > 0 }: device.CarryUp(); break;
                case < 10 when device.Connection is { Down.Count: > 0 }: device.CarryDown(); break;
                case 10 or 11:
                    if (device.Connection is { } old) _late.Add(old);
                    device.Connect();
                    break;
                case 12: device.Restart(); break;
                case 13 when _late.Find(late => late.Up.Count > 0) is { } late: _home.TakeNext(late); break;
                case 14 when _backup is null && _random.Next(2) == 0: _backup = (device.Clone(), [.. made]); break;
                case 14 when _lives.Count < 4: _lives.Add((device.Clone(), [.. made])); break;
                case 15 when _backup is { } backup:
                    // What only this life had is lost with it; its twins live on.
                    if (device.Connection is { } last) _late.Add(last);
                    _lives[life] = backup;
                    _backup = null;
                    break;
            }
        }

        private string? Judge()
        {
            Copies = _lives.Count(life => life.Device.Notes.Exists(note => note is Runnel.Client.Replica.ReplicaOutput.FoundCopy));
            var times = _home.Stored.CountBy(stored => stored.Event.Key.Id.Value).ToDictionary();
            if (times.FirstOrDefault(id => id.Value > 1) is { Key: { } doubled }) return $"{doubled} is doubled: {string.Join(", ", _home.Stored.Select(stored => $"{stored.Event.Key.Id} by {stored.Client}#{stored.Event.ClientSeq}@{stored.Event.PrecedingSeq}"))}";
            foreach (var (device, made) in _lives)
            {
                if (made.FirstOrDefault(id => !times.ContainsKey(id)) is { } lost) return $"{lost} of {device.Id} is lost";
                if (device.Outbox.Count > 0) return $"{device.Id} still has {device.Outbox[0]}: {device.Replica.Trouble}";
                if (device.Replica.Confirmed.MergeHash() != _home.State.MergeHash()) return $"{device.Id} has diverged from the stream";
            }
            return null;
        }
    }
}
