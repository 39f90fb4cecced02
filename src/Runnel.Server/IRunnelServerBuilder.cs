using Microsoft.Extensions.DependencyInjection;

namespace Runnel.Server;

/// <summary>What <c>AddRunnel</c> and <c>AddRunnelServer</c> return: the place where a store is chosen. Used while the app is put together, by one thread.</summary>
public interface IRunnelServerBuilder
{
    /// <summary>The app's services, to which a store adds itself as the one <see cref="Stores.IStreamStore"/>.</summary>
    IServiceCollection Services { get; }
}
