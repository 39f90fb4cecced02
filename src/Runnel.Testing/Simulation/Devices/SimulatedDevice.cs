using Runnel.Client.Connection;
using Runnel.Testing.LocalStores;
using Runnel.Testing.Simulation.Apps;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>
/// A device: a store that outlives processes, a clock, and an app that comes and goes with its user. What goes wrong with devices goes wrong
/// here; one process has the store at a time, and another may take it over at any moment.
/// </summary>
internal sealed class SimulatedDevice
{
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(3), LongestLogin = TimeSpan.FromMilliseconds(500);

    private readonly DevicePlace _place;
    private readonly Chance _chance;
    private readonly SeededIdSource _ids;
    private readonly VirtualClock _clock;
    private readonly DeviceUser _user;
    private readonly AppUser _appUser;
    private Dictionary<StreamName, EditLedger> _ledgers;
    private DeviceStore _store;
    private DeviceProcess? _process;
    private (IDeviceDisk Disk, Dictionary<StreamName, EditLedger> Ledgers)? _copy;
    private string _token;
    private bool _isLoggingIn;

    private SimulatedDevice(DevicePlace place, IDeviceDisk disk, Dictionary<StreamName, EditLedger> ledgers)
    {
        _place = place;
        _chance = place.Chance.For("device");
        _ids = new SeededIdSource(place.Chance.For("ids"));
        _clock = new VirtualClock(place.Context.Timeline);
        _user = new DeviceUser(place, place.Chance.For("user"));
        _appUser = new AppUser(place.Name, place.Chance.For("app"), () => _process!.Writer);
        (_ledgers, _store) = (ledgers, new DeviceStore(disk, CrashAsync));
        _token = place.Guard.Token;
    }

    /// <summary>The device's name.</summary>
    public string Name => _place.Name;

    /// <summary>The app's process; <c>null</c> while there is none.</summary>
    public DeviceProcess? Process => _process;

    /// <summary>A device that nobody has used yet.</summary>
    public static async ValueTask<SimulatedDevice> NewAsync(DevicePlace place)
    {
        var device = new SimulatedDevice(place, place.Options.NewDisk(), place.Streams.Keys.ToDictionary(stream => stream, _ => new EditLedger()));
        await using var opened = await device._store.Disk.OpenAsync(CancellationToken.None);
        await opened.CommitAsync([new ClientIdentity(ClientId.Parse(place.Name), 0).Write()], CancellationToken.None);
        return device;
    }

    /// <summary>Switches the device on.</summary>
    public async ValueTask StartAsync()
    {
        await BeginAsync();
        Use();
        Repeat(SimulatedFaults.DeviceCrashes, () => GoWrongAsync(_chance.Below(4)));
        Repeat(SimulatedFaults.DevicePauses, Pause);
        Repeat(SimulatedFaults.DeviceDisks, FillDisk);
        Repeat(SimulatedFaults.RestoredCopies, CopyOrRestoreAsync);
    }

    /// <summary>A clone of the device as its disk is now, which goes on beside it at <paramref name="place"/>.</summary>
    public async ValueTask<SimulatedDevice> CloneAsync(DevicePlace place)
    {
        _place.Context.Trace.Note($"{_place.Name} is cloned as {place.Name}");
        _place.Context.Reach(Landmark.DeviceCloned);
        _place.Oracle.HasCopies = true;
        foreach (var ledger in _ledgers.Values) ledger.IsCopy = true;
        return new SimulatedDevice(place, await _store.Disk.CopyAsync(), CopyLedgers());
    }

    /// <summary>Nothing goes wrong any more; the user decides about what was refused.</summary>
    public void Heal()
    {
        _store.NextFate = LocalCommitFate.Succeeds;
        if (_process is not { } process) return;
        process.Turns.Take(() =>
        {
            process.Client.IsSwitchedOff = false;
            if (_place.App is null) _user.DecideFinally(process.Streams);
        });
    }

    /// <summary>Everything has come to rest: nothing may be left over. Gives the merge state of each stream.</summary>
    public async ValueTask<IReadOnlyList<(StreamName Stream, string MergeHash, string Hash)>> JudgeRestAsync()
    {
        if (_process is not { } process)
        {
            _place.Context.Break(Promise.Live, $"the app on {_place.Name} does not run");
            return [];
        }
        foreach (var stream in process.Streams) stream.JudgeRest();
        if (_place.Context.Broken is not null) return [];
        var shown = process.Streams.Select(stream => (stream.Stream.Replica.Stream, stream.Stream.Replica.Confirmed.MergeHash(), stream.Stream.Replica.Confirmed.Hash())).ToList();
        await process.CloseAsync();
        await _store.Disk.CrashAsync();
        foreach (var ledger in _ledgers.Values) ledger.Crash();
        var reopened = await DeviceProcess.StartAsync(_place, _store, _ledgers, _clock, _ids, () => _token);
        foreach (var (stream, hash, _) in shown)
        {
            var read = reopened.Client.Stream(stream.Value).Replica.Confirmed.MergeHash();
            if (read != hash) _place.Context.Break(Promise.Convergent, $"{_place.Name} has another merge state of {stream} on its disk than it had in memory");
        }
        reopened.End();
        return shown;
    }

    private async ValueTask BeginAsync()
    {
        if (_place.Swarm.Has(SimulatedFaults.WrongClocks)) _clock.Error = TimeSpan.FromDays(_chance.Between(-3_650, 3_650));
        _process = await DeviceProcess.StartAsync(_place, _store, _ledgers, _clock, _ids, Login);
    }

    private string Login()
    {
        // Whoever is told that the token has expired logs in again, and takes some time for it.
        if (_token == _place.Guard.Token || _isLoggingIn) return _token;
        _isLoggingIn = true;
        _place.Context.Timeline.After(_chance.Between(TimeSpan.Zero, LongestLogin), () => (_isLoggingIn, _token) = (false, _place.Guard.Token));
        return _token;
    }

    private void Use() => _place.Context.Timeline.After(_chance.Between(TimeSpan.Zero, _place.Swarm.MaxRest), () =>
    {
        if (!_place.Context.IsActive) return;
        if (_process is { } process)
        {
            if (_chance.Happens(_place.Swarm.OfflineRate)) process.Turns.Take(() => GoOffline(process));
            process.Turns.Take(() => Act(process));
        }
        Use();
    });

    private void Act(DeviceProcess process)
    {
        if (_place.App is { } app) AppStep.Take(_place.Context, $"a user at {_place.Name}", () => app.Act(process.Streams[0].Stream, _appUser));
        else _user.Act(process.Streams);
    }

    private void GoOffline(DeviceProcess process)
    {
        _place.Context.Reach(Landmark.SwitchedOff);
        process.Client.IsSwitchedOff = true;
        _place.Context.Timeline.After(_chance.Between(TimeSpan.Zero, LongestPause), () => process.Turns.Take(() => process.Client.IsSwitchedOff = false));
    }

    private async ValueTask GoWrongAsync(int way)
    {
        if (_process is not { } process) return;
        switch (way)
        {
            case 0:
                _place.Context.Trace.Note($"the app on {_place.Name} is closed, and another process takes its store over");
                _place.Context.Reach(Landmark.StoreHandedOver);
                await process.CloseAsync();
                await EndedAsync(TimeSpan.Zero);
                break;
            case 1: _store.NextFate = _chance.Pick(LocalCommitFate.CrashesBefore, LocalCommitFate.CrashesAfter); break;
            default: await CrashAsync(); break;
        }
    }

    private async ValueTask CrashAsync()
    {
        if (_process is not { } process) return;
        _place.Context.Trace.Note($"the app on {_place.Name} crashes; its last commit {_store.LastFate}");
        _place.Context.Reach(_store.NextFate switch
        {
            LocalCommitFate.CrashesBefore => Landmark.DeviceCrashLostWrite,
            LocalCommitFate.CrashesAfter => Landmark.DeviceCrashKeptWrite,
            _ => Landmark.DeviceCrashed,
        });
        process.End();
        await EndedAsync(_chance.Between(TimeSpan.Zero, LongestAbsence));
    }

    private async ValueTask EndedAsync(TimeSpan absence)
    {
        _process = null;
        _store.NextFate = LocalCommitFate.Succeeds;
        await _store.Disk.CrashAsync();
        foreach (var ledger in _ledgers.Values) ledger.Crash();
        _place.Context.Timeline.After(absence, () => _process is null ? BeginAsync() : ValueTask.CompletedTask);
    }

    private void Pause()
    {
        _place.Context.Trace.Note($"the app on {_place.Name} stands still");
        _place.Context.Reach(Landmark.DevicePaused);
        _process?.Turns.Pause(_chance.Between(TimeSpan.Zero, LongestPause));
    }

    private void FillDisk()
    {
        _place.Context.Reach(Landmark.DeviceDiskFull);
        _place.Context.Trace.Note($"the disk of {_place.Name} takes nothing");
        _store.NextFate = LocalCommitFate.Fails;
        _place.Context.Timeline.After(_chance.Between(TimeSpan.Zero, LongestAbsence), () =>
        {
            if (_store.NextFate == LocalCommitFate.Fails) _store.NextFate = LocalCommitFate.Succeeds;
        });
    }

    private async ValueTask CopyOrRestoreAsync()
    {
        if (_copy is not { } copy)
        {
            _place.Context.Trace.Note($"the store of {_place.Name} is copied");
            _copy = (await _store.Disk.CopyAsync(), CopyLedgers());
            return;
        }
        if (_process is null) return;
        _place.Context.Trace.Note($"{_place.Name} goes on from an old copy of its store");
        _place.Context.Reach(Landmark.CopyRestored);
        _place.Oracle.HasCopies = true;
        _process.End();
        (_store, _ledgers, _copy) = (new DeviceStore(copy.Disk, CrashAsync), copy.Ledgers, null);
        await EndedAsync(_chance.Between(TimeSpan.Zero, LongestAbsence));
    }

    private Dictionary<StreamName, EditLedger> CopyLedgers() => _ledgers.ToDictionary(ledger => ledger.Key, ledger => ledger.Value.Copy());

    private void Repeat(SimulatedFaults fault, Action happen) => Repeat(fault, () =>
    {
        happen();
        return ValueTask.CompletedTask;
    });

    private void Repeat(SimulatedFaults fault, Func<ValueTask> happen)
    {
        if (!_place.Swarm.Has(fault)) return;
        _place.Context.Timeline.After(_chance.Between(TimeSpan.Zero, _place.Swarm.MaxCalm), async () =>
        {
            if (!_place.Context.IsActive) return;
            await happen();
            Repeat(fault, happen);
        });
    }
}
