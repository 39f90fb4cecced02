using System.Text.Json.Nodes;

namespace Runnel.Conformance.Tests.Mutants;

/// <summary>Asks the server behind the mutant.</summary>
internal delegate Task<ProxyAnswer> Forward(ProxyRequest request);

/// <summary>What becomes of a message: those to pass on in its place, or null to pass it on as it is.</summary>
/// <param name="message">The message.</param>
/// <param name="reply">Says something back to whom it came from.</param>
internal delegate IEnumerable<JsonObject>? Rewrite(JsonObject message, Action<JsonObject> reply);

/// <summary>A server that is wrong on purpose: what it does otherwise than the server behind it.</summary>
/// <param name="Name">What is wrong with it.</param>
internal sealed record Mutant(string Name)
{
    /// <summary>The topics that are played against it.</summary>
    public required string[] Topics { get; init; }

    /// <summary>Cases that must catch it.</summary>
    public required string[] CaughtBy { get; init; }

    /// <summary>What becomes of a request over HTTP.</summary>
    public Func<ProxyRequest, Forward, Task<ProxyAnswer>> Http { get; init; } = (request, forward) => forward(request);

    /// <summary>What becomes of what a client says on a WebSocket.</summary>
    public Rewrite ClientSays { get; init; } = (_, _) => null;

    /// <summary>What becomes of what the server says.</summary>
    public Rewrite ServerSays { get; init; } = (_, _) => null;

    public override string ToString() => Name;
}
