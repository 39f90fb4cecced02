using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Runnel.Protocol;

namespace Runnel.Client;

/// <summary>What is said to those who are there, and kept by nobody.</summary>
public sealed partial class SyncedStream
{
    /// <summary>Another client has sent a signal. Raised where <see cref="RunnelClient.StatusChanged"/> is.</summary>
    public event EventHandler<Signal>? Signalled;

    /// <summary>
    /// Sends a signal to the others that are connected to the stream now; <c>false</c> if this device is not, and then nobody gets it. The server may
    /// drop signals for those who do not keep up, and refuses one that is larger than an event may be.
    /// </summary>
    public bool TrySignal<T>(T value, JsonTypeInfo<T> type) => TrySend(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Sends a signal that is JSON already; see <see cref="TrySignal{T}(T, JsonTypeInfo{T})"/>.</summary>
    /// <exception cref="JsonException"><paramref name="json"/> is no JSON.</exception>
    public bool TrySignal(string json)
    {
        using var document = JsonDocument.Parse(json);
        return TrySend(Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
    }

    internal void Note(ServerMessage.Signal signal)
    {
        _client.Fellow?.NoteSignal(Replica.Stream, signal.Client, signal.Data);
        Hear(signal.Client, signal.Data);
    }

    internal void Hear(ClientId from, ReadOnlyMemory<byte> json) => _client.Post(() => Signalled?.Invoke(this, new Signal(from, json)));

    private bool TrySend(ReadOnlyMemory<byte> data)
    {
        lock (_client.Gate)
        {
            if (IsFollowing) return _client.Fellow!.TrySignal(Replica.Stream, data);
            if (!Replica.IsLive || Say is not { } say) return false;
            say(new ClientMessage.Signal(Replica.Stream, data));
            return true;
        }
    }
}
