using Microsoft.Extensions.DependencyInjection.Extensions;
using Runnel.Client;
using Runnel.Client.LocalStore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Goes on saying what the Runnel client of an app is like: where it keeps its copies, above all.</summary>
public sealed class RunnelClientBuilder
{
    internal RunnelClientBuilder(IServiceCollection services) => Services = services;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Keeps the copies in <paramref name="local"/>.</summary>
    public RunnelClientBuilder KeepIn(ILocalStoreSource local)
    {
        Services.Replace(ServiceDescriptor.Singleton(local));
        return this;
    }

    /// <summary>Says who is logged in by the token that <paramref name="token"/> gives, whenever the server asks.</summary>
    /// <param name="token">Is given the app's services; <c>null</c> if nobody is logged in.</param>
    public RunnelClientBuilder UseToken(Func<IServiceProvider, CancellationToken, ValueTask<string?>> token)
    {
        Services.AddOptions<RunnelClientOptions>().Configure<IServiceProvider>((options, services) => options.Token = cancellation => token(services, cancellation));
        return this;
    }
}
