using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Runnel.Server;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Conformance.Tests;

/// <summary>Our server on a real socket of this machine, with everything that it serves.</summary>
internal sealed class PlayedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PlayedServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    /// <summary>Starts a server over a store that <paramref name="choose"/> adds; over one in memory without it.</summary>
    public static async Task<PlayedServer> StartAsync(Action<IRunnelServerBuilder>? choose = null, Action<RunnelServerOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var runnel = builder.Services.AddRunnel(configure);
        if (choose is null) runnel.Services.AddSingleton<IStreamStore>(_ => new InMemoryStreamStore(new SimulatedDisk()));
        else choose(runnel);
        var app = builder.Build();
        app.MapRunnel();
        app.MapLightSwitch();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new PlayedServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
