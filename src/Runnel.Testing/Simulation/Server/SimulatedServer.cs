using Runnel.Server.Homes;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Simulation.Server;

/// <summary>The machine that the server runs on: a disk, a clock, and a process that comes and goes.</summary>
internal sealed class SimulatedServer : IServerPort
{
    // After a failed sync the store takes nothing more; somebody notices and starts the process anew.
    private static readonly TimeSpan LongestFailure = TimeSpan.FromSeconds(1);

    private readonly SimulationContext _context;
    private readonly SwarmSettings _swarm;
    private readonly SimulationOptions _options;
    private readonly SimulationOracle _oracle;
    private readonly Chance _chance;
    private readonly SeededIdSource _ids;
    private readonly VirtualClock _clock;
    private readonly Guard _guard;
    private ServerProcess? _process;
    private int _starts;

    public SimulatedServer(SimulationContext context, SwarmSettings swarm, SimulationOptions options, SimulationOracle oracle, SimulatedDisk disk)
    {
        _context = context;
        _swarm = swarm;
        _options = options;
        _oracle = oracle;
        Disk = disk;
        _chance = context.Chance.For("server");
        _ids = new SeededIdSource(context.Chance.For("ids of the server"));
        _clock = new VirtualClock(context.Timeline);
        _guard = new Guard(context, swarm);
        Start();
    }

    /// <summary>The disk.</summary>
    public SimulatedDisk Disk { get; }

    /// <summary>Who says what is forbidden.</summary>
    public Guard Guard => _guard;

    /// <summary>Whether the server's process is running.</summary>
    public bool IsRunning => _process is not null;

    /// <summary>The requests that the process has taken and not answered, and the commits that it has not finished.</summary>
    public int Unfinished => _process?.Unfinished ?? 0;

    public IConnectionEnd? Accept(SimulatedConnection connection) => _process?.Accept(connection);

    /// <summary>Starts the process, if it is not running.</summary>
    public void Start()
    {
        if (_process is not null) return;
        if (_starts++ > 0) _context.Reach(Landmark.Restarted);
        SetClock();
        var process = _process = new ServerProcess(_context, _swarm, _options, _oracle, Disk, _guard, _clock, _ids, _chance.For($"process {_starts}"));
        process.DeviceFailed += () => _context.Timeline.After(_chance.Between(TimeSpan.Zero, LongestFailure), () =>
        {
            if (_process == process) Restart(_chance.Pick(UnsyncedWrites.Lost, UnsyncedWrites.Kept), TimeSpan.Zero);
        });
        _context.Trace.Note($"the server starts, its clock at {_clock.GetUtcNow():u}");
        _oracle.LookAtDisk();
    }

    /// <summary>Ends the process, between any two of its steps.</summary>
    public void Crash(UnsyncedWrites unsynced)
    {
        if (_process is null) return;
        _context.Reach(!Disk.HasHeldCommit ? Landmark.CrashedIdle : unsynced == UnsyncedWrites.Lost ? Landmark.CrashLostWrite : Landmark.CrashKeptWrite);
        _context.Trace.Note($"the server crashes; what it had not synced is {unsynced}");
        var process = _process;
        _process = null;
        process.End();
        Disk.Crash(unsynced);
    }

    /// <summary>Crashes the process if it is running, and starts it after <paramref name="pause"/>.</summary>
    public void Restart(UnsyncedWrites unsynced, TimeSpan pause)
    {
        Crash(unsynced);
        _context.Timeline.After(pause, Start);
    }

    /// <summary>Deletes a stream, if the process is running and the home takes the request.</summary>
    public void Delete(StreamName stream)
    {
        _context.Trace.Note($"{stream} is to be deleted");
        _process?.HomeOf(stream).Ask(ticket => new HomeRequest.Delete(ticket), answer =>
        {
            if (answer is HomeAnswer.Deleted) _oracle.DeletionAnswered(stream.Value);
        });
    }

    private void SetClock()
    {
        if (!_swarm.Has(SimulatedFaults.WrongClocks)) return;
        var error = TimeSpan.FromDays(_chance.Between(-3_650, 3_650));
        if (error < _clock.Error) _context.Reach(Landmark.ClockWentBack);
        _clock.Error = error;
    }
}
