using Runnel.Client.Models;

namespace Runnel.Client.Tests.Devices;

/// <summary>A device with a copy of the stream of a <see cref="SmallServer"/>, offline until told otherwise.</summary>
internal sealed class Device : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SmallServer _server;
    private readonly SmallServer.Wire _wire;

    private Device(SmallServer server, SmallServer.Wire wire, RunnelClient client)
    {
        _server = server;
        _wire = wire;
        Client = client;
        Stream = client.Stream("todo:home", server.Settings);
    }

    public RunnelClient Client { get; }

    public SyncedStream Stream { get; }

    /// <summary>Opens a device; of two, that with the lower number has the client id that sorts first.</summary>
    public static async Task<Device> OpenAsync(SmallServer server, int number = 1, MemoryStore? store = null, Action<RunnelClientOptions>? configure = null)
    {
        var wire = server.NewWire();
        var options = new RunnelClientOptions { Transport = wire, Ids = new CountedIds(number) };
        configure?.Invoke(options);
        return new Device(server, wire, await RunnelClient.OpenAsync("http://localhost", store ?? new MemoryStore(), options));
    }

    /// <summary>Opens a device in an app without a context, as a console is.</summary>
    public static Task<Device> OpenWithoutContextAsync(SmallServer server) => Task.Run(() => OpenAsync(server));

    /// <summary>Opens devices that are offline, numbered from 1.</summary>
    public static async Task<Device[]> OpenManyAsync(SmallServer server, int count) =>
        await Task.WhenAll(Enumerable.Range(1, count).Select(number => OpenAsync(server, number)));

    public SyncedCollection<T> Collection<T>() where T : class, ISynced<T> => Stream.Collection<T>();

    /// <summary>Goes online and waits until nothing is left to say or to hear.</summary>
    public async Task SyncAsync()
    {
        _wire.Plug();
        Client.ConnectNow();
        await UntilAsync(() => IsSynced, Explain);
    }

    /// <summary>Goes offline.</summary>
    public async Task CutAsync()
    {
        _wire.Cut();
        await UntilAsync(() => Client.Status.Connection == ConnectionState.Offline);
    }

    /// <summary>Goes online, says and hears everything, and goes offline.</summary>
    public async Task VisitAsync()
    {
        await SyncAsync();
        await CutAsync();
    }

    /// <summary>All go online until they agree.</summary>
    public static async Task SyncAllAsync(params Device[] devices)
    {
        foreach (var device in devices)
        {
            device._wire.Plug();
            device.Client.ConnectNow();
        }
        await UntilAsync(() => devices.All(device => device.IsSynced) && devices.All(device => device.IsSynced), () => string.Join("; ", devices.Select(device => device.Explain())));
    }

    /// <summary>Waits until something is so; that it takes long is no failure, that it never comes is.</summary>
    public static async Task UntilAsync(Func<bool> isSo, Func<string>? explain = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"It never came: {explain?.Invoke()}");
            await Task.Delay(2, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private string Explain() => $"{Client.Status}, at {Stream.Replica.Head} of {_server.Head}";

    private bool IsSynced => Stream.Pending == 0 && Client.Status.Connection == ConnectionState.Online && Stream.Replica.Head == _server.Head;
}
