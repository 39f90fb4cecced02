using Microsoft.Extensions.DependencyInjection;
using Runnel.Server;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>A running server with what tests of its WebSocket need.</summary>
internal sealed class SyncServer(RunningServer running) : IAsyncDisposable
{
    private Task? _stopping;

    public SimulatedDisk Disk => running.Disk;

    public Uri Address => running.Http.BaseAddress!;

    public StreamHomes Homes => running.App.Services.GetRequiredService<StreamHomes>();

    public static async Task<SyncServer> StartAsync(Action<RunnelServerOptions>? configure = null, TimeProvider? time = null, IStreamStore? store = null) =>
        new(await RunningServer.StartAsync(configure, services =>
        {
            if (time is not null) services.AddSingleton(time);
            if (store is not null) services.AddSingleton(store);
        }));

    public Task<SyncClient> ConnectAsync(string? client = "ada", long? session = null) => SyncClient.ConnectAsync(Address, client, session);

    /// <summary>Begins to stop; the returned task ends with it.</summary>
    public Task StopAsync() => _stopping ??= running.App.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await running.DisposeAsync();
    }
}
