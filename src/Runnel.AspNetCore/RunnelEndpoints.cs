using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Runnel.AspNetCore.Health;
using Runnel.AspNetCore.Hosting;
using Runnel.AspNetCore.Problems;
using Runnel.AspNetCore.Publishing;
using Runnel.AspNetCore.Reading;
using Runnel.AspNetCore.State;
using Runnel.AspNetCore.Streams;
using Runnel.AspNetCore.Sync;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the Runnel server's paths.</summary>
public static class RunnelEndpoints
{
    extension(IEndpointRouteBuilder endpoints)
    {
        /// <summary>
        /// Maps the protocol under <c>/v1</c> and the health checks under <c>/health</c>. The group that is returned is the
        /// protocol's: ask for authorization on it. Health checks stay open.
        /// </summary>
        public RouteGroupBuilder MapRunnel()
        {
            endpoints.MapHealth();
            var group = endpoints.MapGroup("/v1").WithMetadata(RunnelEndpoint.Instance);
            group.MapStreams().MapEvents().MapState().MapSync();
            EndpointGuard.MapRest(group);
            return group;
        }
    }

    private static RouteGroupBuilder MapEvents(this RouteGroupBuilder group)
    {
        EndpointGuard.Map(group, "/streams/{name}/events", (HttpMethods.Get, ReadEndpoints.ReadAsync), (HttpMethods.Post, PublishEndpoints.PublishAsync));
        return group;
    }
}
