using Microsoft.Extensions.Options;
using Runnel.Client;
using Runnel.Client.LocalStore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The opening of the app's client, which happens once: before the app runs, or when the client is first asked for.</summary>
internal sealed class RunnelClientOpening(string server, ILocalStoreSource local, IOptions<RunnelClientOptions> options)
{
    private readonly Lock _gate = new();
    private Task<RunnelClient>? _opening;

    public Task<RunnelClient> OpenAsync()
    {
        lock (_gate) return _opening ??= RunnelClient.OpenAsync(server, local, options.Value);
    }

    /// <summary>For containers, which make services without waiting.</summary>
    /// <exception cref="InvalidOperationException">The only thread there is would have to wait.</exception>
    public RunnelClient Open()
    {
        var opening = OpenAsync();
        if (!opening.IsCompleted && OperatingSystem.IsBrowser())
        {
            throw new InvalidOperationException($"A browser cannot wait for the client to be opened: call await host.Services.{nameof(RunnelClientServiceProviderExtensions.OpenRunnelClientAsync)}() before the app runs.");
        }
        // Opening never comes back to this thread, so that it may wait for it.
        return opening.GetAwaiter().GetResult();
    }
}
