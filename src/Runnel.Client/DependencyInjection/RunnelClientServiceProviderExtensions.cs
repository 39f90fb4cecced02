using Runnel.Client;
using Runnel.Client.LocalStore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Opens the Runnel client of apps that are put together by a container.</summary>
public static class RunnelClientServiceProviderExtensions
{
    extension(IServiceProvider services)
    {
        /// <summary>Opens the app's client, which then can be asked for without waiting.</summary>
        /// <exception cref="LocalStoreException">The local store cannot be opened or read.</exception>
        /// <exception cref="InvalidOperationException">No client was added.</exception>
        public async Task<RunnelClient> OpenRunnelClientAsync()
        {
            await services.GetRequiredService<RunnelClientOpening>().OpenAsync().ConfigureAwait(false);
            return services.GetRequiredService<RunnelClient>();   // so that the container closes it
        }
    }
}
