using Runnel.Client.Browser;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the Runnel client of an app in the browser.</summary>
public static class RunnelClientBuilderExtensions
{
    extension(RunnelClientBuilder builder)
    {
        /// <summary>Keeps the copies in IndexedDB, shared by all tabs of the app.</summary>
        /// <param name="name">The store's name among those of the origin.</param>
        /// <param name="principal">Who is logged in; each has a store of their own. <c>null</c> without a login.</param>
        public RunnelClientBuilder UseIndexedDb(string name = "runnel", string? principal = null) => builder.KeepIn(IndexedDbReplica.Named(name, principal));
    }
}
