using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Runnel.Client;
using Runnel.Client.LocalStore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Runnel client to apps that are put together by a container.</summary>
public static class RunnelClientServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>
        /// Adds a <see cref="RunnelClient"/>, one for the app. It is opened when it is first asked for, which waits for the disk and never for the network,
        /// and closed with the container: dispose of that asynchronously, as hosts do. Logs and metrics go where the app's go, and a
        /// <see cref="TimeProvider"/> of the container is its clock, unless the options say otherwise.
        /// </summary>
        /// <param name="server">The server's address, such as <c>https://example.org</c>.</param>
        /// <param name="local">Where the copies are kept.</param>
        /// <param name="configure">What differs from the defaults.</param>
        public IServiceCollection AddRunnelClient(string server, ILocalStoreSource local, Action<RunnelClientOptions>? configure = null) =>
            services.AddRunnelClient(server, configure).KeepIn(local).Services;

        /// <summary>
        /// Adds a <see cref="RunnelClient"/>, one for the app; say on the returned builder where it keeps its copies. In a browser, which cannot wait,
        /// open it with <c>OpenRunnelClientAsync</c> before the app runs.
        /// </summary>
        /// <param name="server">The server's address, such as <c>https://example.org</c>.</param>
        /// <param name="configure">What differs from the defaults.</param>
        public RunnelClientBuilder AddRunnelClient(string server, Action<RunnelClientOptions>? configure = null)
        {
            // In this order: what the app says comes last, and wins.
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RunnelClientOptions>, RunnelClientDefaults>());
            services.AddOptions<RunnelClientOptions>().Configure(configure ?? (_ => { }));
            services.TryAddSingleton(provider => new RunnelClientOpening(
                server,
                provider.GetService<ILocalStoreSource>() ?? throw new InvalidOperationException("Say where the client keeps its copies: AddRunnelClient(…).KeepIn(…)."),
                provider.GetRequiredService<IOptions<RunnelClientOptions>>()));
            services.TryAddSingleton(provider => provider.GetRequiredService<RunnelClientOpening>().Open());
            return new RunnelClientBuilder(services);
        }
    }

    /// <summary>What the container has to offer.</summary>
    private sealed class RunnelClientDefaults(IServiceProvider services) : IConfigureOptions<RunnelClientOptions>
    {
        public void Configure(RunnelClientOptions options)
        {
            if (services.GetService<ILoggerFactory>() is { } loggers) options.Logger = loggers.CreateLogger("Runnel.Client");
            if (services.GetService<IMeterFactory>() is { } meters) options.Meters = meters;
            if (services.GetService<TimeProvider>() is { } time) options.Time = time;
        }
    }
}
