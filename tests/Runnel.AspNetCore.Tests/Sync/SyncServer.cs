using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Runnel.Server;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>A server on a real socket of this machine, over a simulated disk unless a test brings a store.</summary>
internal sealed class SyncServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private Task? _stopping;

    private SyncServer(WebApplication app, SimulatedDisk disk)
    {
        _app = app;
        Disk = disk;
        Address = new Uri(app.Urls.Single());
    }

    public SimulatedDisk Disk { get; }

    public Uri Address { get; }

    public StreamHomes Homes => _app.Services.GetRequiredService<StreamHomes>();

    public static async Task<SyncServer> StartAsync(Action<RunnelServerOptions>? configure = null, TimeProvider? time = null, IStreamStore? store = null)
    {
        var disk = new SimulatedDisk();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(store ?? new InMemoryStreamStore(disk));
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddRunnel(configure);
        var app = builder.Build();
        app.MapRunnel();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SyncServer(app, disk);
    }

    public Task<SyncClient> ConnectAsync(string? client = "ada", long? session = null) => SyncClient.ConnectAsync(Address, client, session);

    /// <summary>Begins to stop; the returned task ends with it.</summary>
    public Task StopAsync() => _stopping ??= _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }
}
