using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Runnel.AspNetCore.Hosting;
using Runnel.AspNetCore.LightSwitch;
using Runnel.AspNetCore.Problems;
using Runnel.AspNetCore.Publishing;
using Runnel.AspNetCore.Reading;
using Runnel.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Runnel server to an ASP.NET Core app.</summary>
public static class RunnelServices
{
    /// <summary>
    /// Adds the Runnel server. Choose a store on the returned builder, then map its paths with <c>app.MapRunnel()</c>. Options come
    /// from the configuration's section <c>Runnel</c> and then from <paramref name="configure"/>; wrong ones stop the start.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets options; <c>null</c> leaves them as configured.</param>
    public static IRunnelServerBuilder AddRunnel(this IServiceCollection services, Action<RunnelServerOptions>? configure = null)
    {
        services.AddOptions<RunnelServerOptions>()
            .BindConfiguration(RunnelServerOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.AddRouting();
        services.TryAddSingleton<EndpointGuard>();
        services.TryAddSingleton<Publisher>();
        services.TryAddSingleton<ImportEndpoint>();
        services.TryAddSingleton<EventReader>();
        services.TryAddSingleton<Lamp>();
        services.AddHostedService<RunnelServerLifetime>();
        return services.AddRunnelServer(configure);
    }
}
