using Runnel.Protocol;
using Runnel.Records;
using Runnel.Testing.Simulation.Apps;
using Runnel.Testing.Simulation.Clients;
using Runnel.Testing.Simulation.Devices;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Server;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Simulation;

/// <summary>A server, its clients, what lies between them and what goes wrong: all drawn from one seed.</summary>
internal sealed class World
{
    // How long everybody has to come to rest once nothing goes wrong any more, and then the server alone.
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(10), LastBreath = TimeSpan.FromSeconds(1);

    // One device has nobody to disagree with.
    private const int LeastAppDevices = 2;

    private readonly long _seed;
    private readonly SimulationOptions _options;
    private readonly SimulationContext _context;
    private readonly SwarmSettings _swarm;
    private readonly SimulationOracle _oracle;
    private readonly SimulatedServer _server;
    private readonly SimulatedNetwork _network;
    private readonly FaultPlan _faults;
    private readonly SimulatedApp? _app;
    private readonly List<Peer> _peers = [];
    private readonly List<SimulatedDevice> _devices = [];
    private readonly StreamName[] _streams;

    // Written to by hand only: numbers of authors would have to begin anew with it.
    private readonly StreamName _doomed = StreamName.Parse("doomed");

    public World(long seed, SimulationOptions options)
    {
        _seed = seed;
        _options = options;
        _app = options.App?.Invoke();
        _context = new SimulationContext(seed, options.TraceLines);
        _swarm = SwarmSettings.Draw(_context.Chance.For("swarm"), options.Faults, options.Scale);
        _context.Trace.Note(_swarm.ToString());
        var disk = new SimulatedDisk { HoldsCommits = true };
        _oracle = new SimulationOracle(_context, disk);
        _server = new SimulatedServer(_context, _swarm, options, _oracle, disk);
        _network = new SimulatedNetwork(_context, _swarm, _server);
        _faults = new FaultPlan(_context, _swarm, _server, _network, _doomed);
        _streams = [.. Enumerable.Range(1, _swarm.Streams).Select(i => StreamName.Parse($"stream-{i}"))];
    }

    /// <summary>Runs the world; all is done before the call returns, if the disks of devices do all at once.</summary>
    public async ValueTask<SimulationReport> RunAsync()
    {
        await PopulateAsync();
        _faults.Start();
        if (await PassesAsync(_swarm.ActiveTime) && await ComesToRestAsync()) await JudgeRestAsync();
        return Report();
    }

    private async ValueTask<bool> ComesToRestAsync()
    {
        _faults.Heal();
        _peers.Add(new Peer(_context, _swarm, _oracle, _network.Link("latecomer"), [.. _streams, _doomed]));
        foreach (var device in _devices) device.Heal();
        if (!await PassesAsync(QuietTime)) return false;
        foreach (var peer in _peers) peer.Silence();
        return await PassesAsync(LastBreath);
    }

    private async ValueTask PopulateAsync()
    {
        var chance = _context.Chance.For("population");
        for (var i = 1; i <= _swarm.Authors; i++)
        {
            var streams = _streams.Where(_ => chance.Happens(0.7)).DefaultIfEmpty(_streams[0]);
            _peers.Add(new ScriptedAuthor(_context, _swarm, _oracle, _network.Link($"author-{i}"), streams.ToDictionary(stream => stream, SettingsOf)));
        }
        for (var i = 1; i <= _swarm.HandAuthors; i++) _peers.Add(new HandAuthor(_context, _swarm, _oracle, _network.Link($"hand-{i}"), [.. _streams, _doomed]));
        for (var i = 1; i <= (_app is null ? _swarm.Devices : Math.Max(LeastAppDevices, _swarm.Devices)); i++)
        {
            _devices.Add(await SimulatedDevice.NewAsync(PlaceOf($"device-{i}")));
            await _devices[^1].StartAsync();
        }
        if (_swarm.Has(SimulatedFaults.Clones) && _devices.Count > 0) _context.Timeline.After(chance.Between(TimeSpan.Zero, _swarm.ActiveTime), CloneAsync);
        for (var i = 1; i <= _swarm.Readers; i++) _peers.Add(new Peer(_context, _swarm, _oracle, _network.Link($"reader-{i}"), [.. _streams, _doomed]));
    }

    /// <summary>Lets <paramref name="time"/> pass; false if a promise was broken meanwhile.</summary>
    private async ValueTask<bool> PassesAsync(TimeSpan time)
    {
        var end = _context.Now + time;
        while (_context.Broken is null && _context.Timeline.TryStep(end))
        {
            await _context.Timeline.UnderWay;
            if (_context.Timeline.Steps > _options.MaxSteps) _context.Break(Promise.Live, $"no rest after {_options.MaxSteps} steps");
        }
        return _context.Broken is null;
    }

    private async ValueTask JudgeRestAsync()
    {
        _oracle.LookAtDisk();
        _oracle.Finish();
        foreach (var peer in _peers)
        {
            foreach (var memory in peer.Memories)
            {
                var head = _oracle.Find(memory.Stream.Value)?.Count ?? 0;
                if (memory.Id is { } id && id != _oracle.Find(memory.Stream.Value)?.Id) _context.Break(Promise.DeletedIsGone, $"{peer.Client} still follows {memory.Stream} {id}");
                if (memory.Seen.Count != head) _context.Break(Promise.Live, $"{peer.Client} has seen {memory.Stream} up to {memory.Seen.Count}, and its head is {head}");
            }
        }
        await JudgeConvergenceAsync();
        if (_server.Unfinished > 0) _context.Break(Promise.Live, $"{_server.Unfinished} requests and appends are left over in the server");
    }

    private DevicePlace PlaceOf(string name) => new(
        _context, _swarm, _options, _oracle, _server.Guard, _network.Link(name, keepsOrder: true), _streams.ToDictionary(stream => stream, SettingsOf), _app);

    private StreamSettings SettingsOf(StreamName stream) => _app is { } app ? app.Settings ?? StreamSettings.Default : _swarm.Settings[Array.IndexOf(_streams, stream)];

    private async ValueTask CloneAsync()
    {
        _devices.Add(await _devices[0].CloneAsync(PlaceOf("clone-1")));
        await _devices[^1].StartAsync();
    }

    /// <summary>All devices, and the server, have made the same of the same events.</summary>
    private async ValueTask JudgeConvergenceAsync()
    {
        var stored = _streams.ToDictionary(stream => stream, Materialize);
        if (_app is { } app) AppStep.Take(_context, "at rest", () => app.AtRest([.. _devices.Select(device => device.Process!.Streams[0].Stream)]));
        foreach (var device in _devices)
        {
            foreach (var (stream, mergeHash, hash) in await device.JudgeRestAsync())
            {
                if (mergeHash != stored[stream].MergeHash()) _context.Break(Promise.Convergent, $"{device.Name} has another merge state of {stream} than its events make");
                if (hash != stored[stream].Hash()) _context.Break(Promise.Convergent, $"{device.Name} shows another {stream} than its events make");
            }
        }
    }

    private RecordSet Materialize(StreamName stream)
    {
        var appends = _server.Disk.SyncedCommits.SelectMany(group => group).Where(append => append.Stream == stream).ToList();
        var records = new RecordSet(appends.Select(append => append.Header?.Settings).LastOrDefault(settings => settings is not null) ?? StreamSettings.Default);
        foreach (var stored in appends.SelectMany(append => append.Events)) records.Apply(EventCodec.ParseStored(stored.Json.Span));
        return records;
    }

    private SimulationReport Report() => new()
    {
        Seed = _seed,
        Swarm = _swarm.ToString(),
        Faults = _swarm.Faults,
        Broken = _context.Broken,
        Trace = _context.Trace.Lines,
        TraceHash = _context.Trace.Hash,
        Reached = _context.Reached,
        ProductTypes = _context.ProductTypes.Where(type => type.Assembly != typeof(World).Assembly).ToHashSet(),
        Acknowledged = _oracle.Acknowledged,
        Steps = _context.Timeline.Steps,
        VirtualTime = _context.Now,
    };
}
