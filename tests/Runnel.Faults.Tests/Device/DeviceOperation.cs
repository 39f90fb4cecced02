using System.Text;

namespace Runnel.Faults.Tests.Device;

/// <summary>One call that changed files, or a note of the process.</summary>
/// <param name="Kind">C created, M made a directory, W written, T resized, S synced, R renamed, U unlinked, N a note.</param>
/// <param name="Path">The file; empty for a note.</param>
/// <param name="Number">The offset of a write, the new size.</param>
/// <param name="Bytes">What was written, the new name, the note.</param>
internal sealed record DeviceOperation(char Kind, string Path, long Number, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public override string ToString() => Kind == 'N' ? $"note {Text[..Math.Min(Text.Length, 40)]}" : $"{Kind} {System.IO.Path.GetFileName(Path)} {Number} +{Bytes.Length}";

    /// <summary>Reads what the library wrote down.</summary>
    public static IReadOnlyList<DeviceOperation> ReadAll(string log)
    {
        var operations = new List<DeviceOperation>();
        using var reader = new BinaryReader(File.OpenRead(log));
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            var (kind, pathLength, number, count) = ((char)reader.ReadByte(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt32());
            operations.Add(new DeviceOperation(kind, Encoding.UTF8.GetString(reader.ReadBytes(pathLength)), number, reader.ReadBytes(count)));
        }
        return operations;
    }
}
