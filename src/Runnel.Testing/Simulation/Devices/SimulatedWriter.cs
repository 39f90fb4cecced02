using Runnel.Client.LocalStore;
using Runnel.Testing.LocalStores;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>Writes to a device's store as the client's own writer does, in turns instead of on a thread.</summary>
internal sealed class SimulatedWriter(DevicePlace place, DeviceStore device, Turns turns, ILocalStore store, Action<Exception?> report) : ILocalWriter
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Chance _chance = place.Chance.For("writer");
    private Step _next = new();
    private Step? _failing;
    private bool _isClosed;

    public void Write(IEnumerable<LocalWrite> writes, Action? then)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        foreach (var write in writes) _next.Writes[write.Key] = write;
        if (then is not null) _next.Then.Add(then);
        Due();
    }

    /// <summary>Does <paramref name="mark"/> once what was told so far is on the disk, though nobody may live to learn it.</summary>
    public void OnDurable(Action mark)
    {
        _next.Marks.Add(mark);
        Due();
    }

    public Task FlushAsync()
    {
        var durable = new TaskCompletionSource();
        Write([], durable.SetResult);
        return durable.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        Step[] left = _failing is { } first ? [first, Take()] : [Take()];
        // What cannot be written is lost with the process, and so is all behind it.
        foreach (var step in left)
        {
            var fate = await CommitAsync(step);
            if (fate is LocalCommitFate.Succeeds or LocalCommitFate.CrashesAfter) step.Marks.ForEach(mark => mark());
            if (fate != LocalCommitFate.Succeeds) break;
        }
    }

    private void Due()
    {
        if (_next.IsDue) return;
        _next.IsDue = true;
        turns.After(CommitTime(), () => RunAsync(Take()));
    }

    private Step Take()
    {
        var step = _next;
        _next = new Step();
        return step;
    }

    /// <summary>Writes a step; while one fails, those behind it wait.</summary>
    private async ValueTask RunAsync(Step step)
    {
        _next.IsDue = true;
        switch (await CommitAsync(step))
        {
            case LocalCommitFate.Succeeds:
                if (_failing is not null) report(null);
                (_failing, _next.IsDue) = (null, false);
                step.Marks.ForEach(mark => mark());
                step.Then.ForEach(action => action());
                if (!_next.IsEmpty) Due();
                break;
            case LocalCommitFate.Fails:
                _failing = step;
                turns.After(RetryDelay, () => RunAsync(step));
                break;
            case LocalCommitFate.CrashesAfter:
                step.Marks.ForEach(mark => mark());
                await device.EndsAsync();
                break;
            case LocalCommitFate.CrashesBefore: await device.EndsAsync(); break;
        }
    }

    private async ValueTask<LocalCommitFate> CommitAsync(Step step)
    {
        try
        {
            if (step.Writes.Count > 0) await store.CommitAsync([.. step.Writes.Values], CancellationToken.None);
            return LocalCommitFate.Succeeds;
        }
        catch (LocalStoreException exception)
        {
            report(exception);
            return device.LastFate;
        }
    }

    private TimeSpan CommitTime() => _chance.Between(TimeSpan.Zero, place.Context.IsActive ? place.Swarm.MaxLocalCommitTime : TimeSpan.FromMilliseconds(1));

    private sealed class Step
    {
        public Dictionary<LocalKey, LocalWrite> Writes { get; } = [];
        public List<Action> Then { get; } = [];
        public List<Action> Marks { get; } = [];
        public bool IsDue { get; set; }
        public bool IsEmpty => Writes.Count + Then.Count + Marks.Count == 0;
    }
}
