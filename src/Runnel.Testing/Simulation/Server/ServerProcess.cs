using Runnel.Server.Homes;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Simulation.Server;

/// <summary>
/// One life of the server: the real homes, commit groups, feeds and codecs, driven by shells that take their turns on the timeline
/// instead of on threads. What it has in memory ends with it.
/// </summary>
internal sealed class ServerProcess : IConnectionEnd
{
    // How long a thread may take to come to its next piece of work.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMicroseconds(300);

    private readonly SimulationContext _context;
    private readonly SimulationOptions _options;
    private readonly Chance _chance;
    private readonly Dictionary<StreamName, HomeShell> _homes = [];
    private readonly HashSet<StreamName> _hadHome = [];
    private readonly Dictionary<SimulatedConnection, Gateway> _gateways = [];
    private readonly CommitLine _commits;
    private bool _isAlive = true;

    public ServerProcess(
        SimulationContext context, SwarmSettings swarm, SimulationOptions options, SimulationOracle oracle,
        SimulatedDisk disk, Guard guard, TimeProvider clock, IdSource ids, Chance chance)
    {
        _context = context;
        _options = options;
        _chance = chance;
        Oracle = oracle;
        Swarm = swarm;
        Clock = clock;
        Ids = ids;
        Limits = swarm.ToHomeOptions();
        Guard = guard;
        Store = new ObservedStore(options.OpenStore(disk));
        Homes = new SimulatedHomes(this);
        _commits = new CommitLine(context, this, disk, chance.For("commits"));
        After(Limits.IdleTimeout, Sweep);
    }

    /// <summary>The disk has failed so that the store must be opened anew.</summary>
    public event Action? DeviceFailed;

    public SimulationOracle Oracle { get; }

    public SwarmSettings Swarm { get; }

    public TimeProvider Clock { get; }

    public IdSource Ids { get; }

    public HomeOptions Limits { get; }

    public ObservedStore Store { get; }

    /// <summary>The way from connections to homes.</summary>
    public SimulatedHomes Homes { get; }

    /// <summary>Who says what is forbidden.</summary>
    public Guard Guard { get; }

    /// <summary>The bytes of events that were accepted and are not answered.</summary>
    public long WaitingBytes { get; set; }

    /// <summary>The requests that were taken and not answered, and the appends that were not finished.</summary>
    public int Unfinished => _homes.Values.Sum(home => home.Unanswered) + _commits.Waiting;

    /// <summary>Takes a connection.</summary>
    public IConnectionEnd Accept(SimulatedConnection connection)
    {
        _gateways.Add(connection, new Gateway(_context, this, connection));
        return this;
    }

    public void Received(SimulatedConnection connection, ReadOnlyMemory<byte> frame)
    {
        if (!_gateways.TryGetValue(connection, out var gateway)) return;
        gateway.Receive(frame);
        gateway.Wake();
    }

    public void Closed(SimulatedConnection connection)
    {
        if (_gateways.Remove(connection, out var gateway)) gateway.Close();
    }

    /// <summary>The one home of <paramref name="stream"/>, brought into memory if it is not there.</summary>
    public HomeShell HomeOf(StreamName stream)
    {
        if (_homes.TryGetValue(stream, out var home)) return home;
        if (!_hadHome.Add(stream)) _context.Reach(Landmark.HomeCameBack);
        home = new HomeShell(_context, this, _commits, stream);
        _homes.Add(stream, home);
        return home;
    }

    /// <summary>Puts the options' own things around a real home.</summary>
    public ISimulatedHome Make(StreamName stream, Runnel.Server.Stores.StreamState? stored)
    {
        var home = new StreamHome(stream, stored, Limits, Ids);
        _context.Meet(home);
        return _options.AroundHome(new ProductHome(home));
    }

    /// <summary>Lets a home go.</summary>
    public void Forget(HomeShell home) => _homes.Remove(home.Stream);

    /// <summary>Does <paramref name="action"/> after <paramref name="delay"/>, if the process lives until then.</summary>
    public void After(TimeSpan delay, Action action) => _context.Timeline.After(delay, () =>
    {
        if (!_isAlive) return;
        action();
        foreach (var gateway in _gateways.Values) gateway.Wake();
    });

    /// <summary>Does <paramref name="action"/> at some thread's next turn.</summary>
    public void Soon(Action action) => After(_chance.Between(TimeSpan.Zero, LongestTurn), action);

    /// <summary>Ends the process: nothing of it happens any more.</summary>
    public void End()
    {
        _isAlive = false;
        foreach (var connection in _gateways.Keys) connection.CloseAtServer();
    }

    /// <summary>Says that the disk has failed so that the store must be opened anew.</summary>
    public void FailDevice() => DeviceFailed?.Invoke();

    private void Sweep()
    {
        foreach (var home in _homes.Values.Where(home => home.IsIdle(_context.Now - Limits.IdleTimeout)).ToList())
        {
            _context.Reach(Landmark.HomeRetired);
            home.Retire();
        }
        After(Limits.IdleTimeout, Sweep);
    }
}
