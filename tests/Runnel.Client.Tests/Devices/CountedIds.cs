using System.Buffers.Binary;

namespace Runnel.Client.Tests.Devices;

/// <summary>Ids that begin with the device's number, so that a test knows whose client id sorts first.</summary>
internal sealed class CountedIds(int device) : IdSource
{
    private int _count;

    public override void Fill(Span<byte> bytes)
    {
        bytes.Clear();
        if (bytes.Length < 16) return;   // no id, but a little chance
        bytes[0] = (byte)device;
        bytes[^5] = (byte)device;   // the first bytes of an object's id are its time
        BinaryPrimitives.WriteInt32BigEndian(bytes[^4..], Interlocked.Increment(ref _count));
    }
}
