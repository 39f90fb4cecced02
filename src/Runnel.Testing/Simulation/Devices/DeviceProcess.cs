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

    public DeviceProcess(DevicePlace place, DeviceStore store, IReadOnlyDictionary<StreamName, EditLedger> ledgers, TimeProvider clock, IdSource ids, Func<string> token)
    {
        _place = place;
        Turns = new Turns(place.Context, place.Name, Observe);
        var options = new RunnelClientOptions
        {
            Time = clock,
            Ids = ids,
            Token = _ => ValueTask.FromResult<string?>(token()),
            MinReconnectDelay = TimeSpan.FromMilliseconds(10),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(500),
            AnswerTimeout = TimeSpan.FromSeconds(1.4),
        };
        Client = Open(store, options);
        place.Context.Meet(Client);
        Streams = [.. place.Streams.Select(wanted => new WatchedStream(place, Client.Stream(wanted.Key.Value, wanted.Value), ledgers[wanted.Key], _writer!, place.App))];
        foreach (var stream in Streams)
        {
            if (place.App is { } app) AppStep.Take(place.Context, $"as it starts on {place.Name}", () => app.Start(stream.Stream));
            stream.JudgeOpened();
        }
    }

    /// <summary>The process's one thread.</summary>
    public Turns Turns { get; }

    /// <summary>The client.</summary>
    public RunnelClient Client { get; }

    /// <summary>What writes to its store.</summary>
    public SimulatedWriter Writer => _writer!;

    /// <summary>Its streams.</summary>
    public IReadOnlyList<WatchedStream> Streams { get; } = [];

    /// <summary>Closes the app: what is left is written.</summary>
    public void Close()
    {
        Server.Completed.Wait(Client.DisposeAsync());
        Turns.End();
    }

    /// <summary>Ends the process without a warning.</summary>
    public void End()
    {
        Turns.End();
        Server.Completed.Wait(Client.Connector.DisposeAsync());
        Client.Metrics.Dispose();
    }

    private RunnelClient Open(DeviceStore store, RunnelClientOptions options)
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
            var opened = RunnelClient.OpenAsync(store.Disk, options, shells, CancellationToken.None);
            if (!opened.IsCompleted) throw new InvalidOperationException("The simulated store is still open elsewhere.");
            return opened.GetAwaiter().GetResult();
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
