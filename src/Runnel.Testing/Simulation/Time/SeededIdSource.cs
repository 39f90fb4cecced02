using System.Buffers.Binary;

namespace Runnel.Testing.Simulation.Time;

/// <summary>Random ids that repeat themselves with the seed of their chance.</summary>
internal sealed class SeededIdSource(Chance chance) : IdSource
{
    /// <inheritdoc/>
    public override void Fill(Span<byte> bytes)
    {
        Span<byte> eight = stackalloc byte[8];
        for (var at = 0; at < bytes.Length; at += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(eight, chance.Next());
            eight[..Math.Min(8, bytes.Length - at)].CopyTo(bytes[at..]);
        }
    }
}
