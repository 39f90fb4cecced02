namespace Runnel.AspNetCore.Hosting;

/// <summary>Marks the endpoints of the protocol, so that the server can look whether they ask for a login.</summary>
internal sealed class RunnelEndpoint
{
    public static RunnelEndpoint Instance { get; } = new();
}
