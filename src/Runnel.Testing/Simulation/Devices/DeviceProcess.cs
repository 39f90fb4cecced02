using Runnel.Client;
using Runnel.Client.Replica;
using Runnel.Testing.Simulation.Apps;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>One life of an app on a device: the real client, with its streams, replicas, outboxes and codecs, driven by shells that take turns on the timeline.</summary>
internal sealed class DeviceProcess
{
    private readonly DevicePlace _place;
    private SimulatedWriter? _writer;
    private RunnelClient? _client;

    private DeviceProcess(DevicePlace place)
    {
        _place = place;
        Turns = new Turns(place.Context, place.Name, Observe);
    }

    /// <summary>Starts the app on what <paramref name="store"/> has kept.</summary>
    public static async ValueTask<DeviceProcess> StartAsync(
        DevicePlace place, DeviceStore store, IReadOnlyDictionary<StreamName, EditLedger> ledgers, TimeProvider clock, IdSource ids, Func<string> token)
    {
        var process = new DeviceProcess(place);
        var options = new RunnelClientOptions
        {
            Time = clock,
            Ids = ids,
            Token = _ => ValueTask.FromResult<string?>(token()),
            MinReconnectDelay = TimeSpan.FromMilliseconds(10),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(500),
            AnswerTimeout = TimeSpan.FromSeconds(1.4),
        };
        process._client = await process.OpenAsync(store, options);
        process.Begin(ledgers);
        return process;
    }

    /// <summary>The process's one thread.</summary>
    public Turns Turns { get; }

    /// <summary>The client.</summary>
    public RunnelClient Client => _client!;

    /// <summary>What writes to its store.</summary>
    public SimulatedWriter Writer => _writer!;

    /// <summary>Its streams.</summary>
    public IReadOnlyList<WatchedStream> Streams { get; private set; } = [];

    /// <summary>Closes the app: what is left is written.</summary>
    public async ValueTask CloseAsync()
    {
        await Client.DisposeAsync();
        Turns.End();
    }

    /// <summary>Ends the process without a warning.</summary>
    public void End()
    {
        Turns.End();
        Server.Completed.Wait(Client.Connector.DisposeAsync());
        Client.Metrics.Dispose();
    }

    private void Begin(IReadOnlyDictionary<StreamName, EditLedger> ledgers)
    {
        _place.Context.Meet(Client);
        Streams = [.. _place.Streams.Select(wanted => new WatchedStream(_place, Client.Stream(wanted.Key.Value, wanted.Value), ledgers[wanted.Key], Writer, _place.App))];
        foreach (var stream in Streams)
        {
            if (_place.App is { } app) AppStep.Take(_place.Context, $"as it starts on {_place.Name}", () => app.Start(stream.Stream));
            stream.JudgeOpened();
        }
    }

    private Task<RunnelClient> OpenAsync(DeviceStore store, RunnelClientOptions options)
    {
        var hooks = _place.Options.Hooks;
        var shells = new ClientShells(
            client => new SimulatedConnector(_place, Turns, client),
            (opened, report) => hooks.AroundWriter(_writer = new SimulatedWriter(_place, store, Turns, hooks.AroundStore(opened), report)))
        {
            Replicate = hooks.Replicate(_place.Swarm.Coalesces),
        };
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new TurnsContext(Turns));
        try
        {
            return RunnelClient.OpenAsync(store.Disk, options, shells, CancellationToken.None);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void Observe()
    {
        foreach (var stream in Streams)
        {
            _place.Options.Hooks.AfterTurn(stream.Stream);
            stream.Observe();
        }
    }
}
