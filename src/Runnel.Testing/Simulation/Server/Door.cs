using System.Buffers;
using Runnel.Protocol;
using Runnel.Testing.Simulation.Network;

namespace Runnel.Testing.Simulation.Server;

/// <summary>The guard at one connection. What has passed once passes again, for its first copy may be under way.</summary>
internal sealed class Door(Guard guard, SimulatedConnection connection)
{
    private readonly HashSet<(StreamName, string)> _passed = [];
    private string? _token;

    /// <summary>The answer to a message that goes no further; <c>null</c> for one that may pass.</summary>
    public ReadOnlyMemory<byte>? TurnsAway(ClientMessage message)
    {
        if (!connection.KeepsOrder) return null;
        if (message is ClientMessage.Hello hello) _token = hello.Token;
        return message switch
        {
            ClientMessage.Hello when guard.HasExpired(_token) => Answer(null, null, ErrorCode.Unauthorized),
            ClientMessage.Publish publish when guard.HasExpired(_token) => Answer(publish.Ref, publish.Stream, ErrorCode.Unauthorized),
            ClientMessage.Publish { Nonce: { } nonce } publish when !_passed.Contains((publish.Stream, nonce)) => Judge(publish, nonce),
            _ => null,
        };
    }

    private ReadOnlyMemory<byte>? Judge(ClientMessage.Publish publish, string nonce)
    {
        if (publish.Events.Select(draft => guard.Refuses(draft.Key)).FirstOrDefault(code => code is not null) is { } refused) return Answer(publish.Ref, publish.Stream, refused);
        _passed.Add((publish.Stream, nonce));
        return null;
    }

    private static ReadOnlyMemory<byte> Answer(long? reference, StreamName? stream, ErrorCode code)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        ServerMessageCodec.Write(buffer, new ServerMessage.Error(reference, stream?.Value, code.Name, "The guard says so.", code.IsRetryable));
        return buffer.WrittenMemory;
    }
}
