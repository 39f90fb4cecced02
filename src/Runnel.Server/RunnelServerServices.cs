using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Runnel;
using Runnel.Server;
using Runnel.Server.Homes;
using Runnel.Server.Records;
using Runnel.Server.Stores;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Runnel server to an app.</summary>
public static class RunnelServerServices
{
    /// <summary>
    /// Adds the server without a network face: homes and materializer, for hosts of their own. With ASP.NET Core use
    /// <c>AddRunnel</c>. Choose a store on the returned builder.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets options; <c>null</c> leaves the defaults.</param>
    public static IRunnelServerBuilder AddRunnelServer(this IServiceCollection services, Action<RunnelServerOptions>? configure = null)
    {
        var options = services.AddOptions<RunnelServerOptions>();
        if (configure is not null) options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RunnelServerOptions>, RunnelServerOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(IdSource.System);
        services.TryAddSingleton<ServerTelemetry>();
        services.TryAddSingleton(MakeHomes);
        services.TryAddSingleton(MakeMaterializer);
        return new RunnelServerBuilder(services);
    }

    private static StreamHomes MakeHomes(IServiceProvider services)
    {
        var store = services.GetService<IStreamStore>()
            ?? throw new InvalidOperationException("No store was chosen: call .UseSqlite(\"data\"), or another store's method, on what AddRunnel returned.");
        return new StreamHomes(store, Options(services), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IdSource>());
    }

    private static Materializer MakeMaterializer(IServiceProvider services)
    {
        var options = Options(services);
        return new Materializer(services.GetRequiredService<StreamHomes>(), options.MaxMaterializedStreams, options.MaxConcurrentReplays);
    }

    private static RunnelServerOptions Options(IServiceProvider services) => services.GetRequiredService<IOptions<RunnelServerOptions>>().Value;

    private sealed class RunnelServerBuilder(IServiceCollection services) : IRunnelServerBuilder
    {
        public IServiceCollection Services { get; } = services;
    }
}
