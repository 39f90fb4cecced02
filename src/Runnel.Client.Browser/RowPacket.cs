using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Browser;

/// <summary>
/// Rows on their way from and to JavaScript, as one array of bytes: a row is its kind, then stream, name and value, each with its length
/// ahead; all numbers are little-endian, and a removed row has no value. runnel-store.js says the same.
/// </summary>
internal static class RowPacket
{
    private const uint Removed = uint.MaxValue;

    public static byte[] Write(IReadOnlyList<LocalWrite> writes)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var (key, value) in writes)
        {
            Number(output, (uint)key.Kind);
            Text(output, key.Stream);
            Text(output, key.Name);
            Number(output, value is { } bytes ? (uint)bytes.Length : Removed);
            if (value is not null) output.Write(value.Value.Span);
        }
        return output.WrittenSpan.ToArray();
    }

    public static IEnumerable<LocalWrite> Read(byte[] packet)
    {
        for (var at = 0; at < packet.Length;)
        {
            var kind = (LocalKind)Number(packet, ref at);
            var stream = Encoding.UTF8.GetString(Part(packet, Number(packet, ref at), ref at).Span);
            var name = Encoding.UTF8.GetString(Part(packet, Number(packet, ref at), ref at).Span);
            var length = Number(packet, ref at);
            yield return new LocalWrite(new LocalKey(kind, stream, name), length == Removed ? default(ReadOnlyMemory<byte>?) : Part(packet, length, ref at));
        }
    }

    private static void Number(ArrayBufferWriter<byte> output, uint number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), number);
        output.Advance(sizeof(uint));
    }

    private static void Text(ArrayBufferWriter<byte> output, string text)
    {
        Number(output, (uint)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, output);
    }

    private static uint Number(byte[] packet, ref int at)
    {
        at += sizeof(uint);
        return BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(at - sizeof(uint)));
    }

    private static ReadOnlyMemory<byte> Part(byte[] packet, uint length, ref int at)
    {
        at += (int)length;
        return packet.AsMemory(at - (int)length, (int)length);
    }
}
