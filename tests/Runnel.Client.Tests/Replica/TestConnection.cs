using System.Buffers;
using System.Text;
using Runnel.Protocol;

namespace Runnel.Client.Tests.Replica;

/// <summary>What is on its way between a device and the home, as the frames that the wire carries.</summary>
internal sealed class TestConnection(ClientId client, long session)
{
    public ClientId Client => client;

    public long Session => session;

    /// <summary>What the device has said and the home has not taken yet.</summary>
    public Queue<ClientMessage> Up { get; } = [];

    /// <summary>What the home has said and the device has not taken yet.</summary>
    public Queue<ServerMessage> Down { get; } = [];

    /// <summary>All that the device has ever said, as it was on the wire.</summary>
    public List<string> Frames { get; } = [];

    /// <summary>Up to where the device follows the stream; <c>null</c> while it does not.</summary>
    public Seq? Cursor { get; set; }

    public void Say(ClientMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ClientMessageCodec.Write(buffer, message);
        Frames.Add(Encoding.UTF8.GetString(buffer.WrittenSpan));
        Up.Enqueue(ClientMessageCodec.Parse(buffer.WrittenSpan));
    }

    public void Say(ServerMessage message) => Down.Enqueue(message);

    public void Refuse(long? reference, Refusal refusal) =>
        Say(new ServerMessage.Error(reference, TestHome.Stream.Value, refusal.Code.Name, refusal.Message, refusal.Code.IsRetryable));
}
