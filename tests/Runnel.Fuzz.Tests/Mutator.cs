using System.Text;

namespace Runnel.Fuzz.Tests;

/// <summary>Makes inputs that are nearly right out of inputs that are right.</summary>
internal sealed class Mutator(Random random)
{
    private const int MostBytes = 64 * 1024;

    // What readers stumble over: borders of numbers, text that is no text, other kinds of values, things that nest or repeat.
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "0", "-0", "-1", "1e400", "1E-400", "0.1", "9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808", "18446744073709551616", "01", "1.0",
            "null", "true", "{}", "[]", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "{\"$inc\":1}", "{\"$add\":[1]}", "{\"$set\":{}}", "{\"$remove\":[null]}", "\"a\":1,", "{\"a\":{\"a\":", "[[[[", "]]", "}}", ",,",
            "\"client\":", "\"id\":", "\"seq\":", "\"events\":", "\"op\":", "1-", "-", ",", "1-9223372036854775807", " ", "\n", "\uFEFF", "..", "/", "%00", "é", "𝄞",
        }.Select(Encoding.UTF8.GetBytes),
        [0x00], [0x80], [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0x80, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
    ];

    public byte[] Mutate(IReadOnlyList<byte[]> inputs)
    {
        var bytes = new List<byte>(Any(inputs));
        for (var i = 1 << random.Next(3); i > 0; i--) Change(bytes, inputs);
        return bytes.Count > MostBytes ? [.. bytes.Take(MostBytes)] : [.. bytes];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> inputs)
    {
        var (from, to) = Part(bytes.Count);
        switch (random.Next(9))
        {
            case 0 when bytes.Count > 0: bytes[random.Next(bytes.Count)] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes.Insert(random.Next(bytes.Count + 1), (byte)random.Next(256)); break;
            case 2: bytes.RemoveRange(from, to - from); break;
            case 3: bytes.InsertRange(from, bytes.GetRange(from, to - from)); break;
            case 4: Replace(bytes, Number(bytes), Any(Tokens)); break;
            case 5: bytes.InsertRange(from, Any(Tokens)); break;
            case 6: Replace(bytes, (from, to), Any(Tokens)); break;
            case 7: Replace(bytes, (from, to), Slice(Any(inputs))); break;
            default: Nest(bytes, from); break;
        }
    }

    private void Nest(List<byte> bytes, int at)
    {
        var depth = 1 << random.Next(1, 9);
        var open = Any(["["u8.ToArray(), "{\"a\":"u8.ToArray()]);
        for (var i = 0; i < depth; i++) bytes.InsertRange(at, open);
        if (random.Next(2) == 0) return;
        var close = open.Length == 1 ? (byte)']' : (byte)'}';
        bytes.InsertRange(Math.Min(bytes.Count, at + open.Length * depth + random.Next(2)), Enumerable.Repeat(close, depth).Prepend((byte)'1'));
    }

    private (int From, int To) Part(int count)
    {
        var from = random.Next(count + 1);
        return (from, Math.Min(count, from + random.Next(1, 1 << random.Next(1, 6))));
    }

    // A number, if there is one, is replaced as a whole.
    private (int From, int To) Number(List<byte> bytes)
    {
        var from = bytes.FindIndex(random.Next(bytes.Count + 1), IsDigit);
        if (from < 0) return Part(bytes.Count);
        var to = bytes.FindIndex(from, value => !IsDigit(value));
        return (from, to < 0 ? bytes.Count : to);
    }

    private byte[] Slice(byte[] bytes)
    {
        var (from, to) = Part(bytes.Length);
        return bytes[from..to];
    }

    private byte[] Any(IReadOnlyList<byte[]> inputs) => inputs[random.Next(inputs.Count)];

    private static void Replace(List<byte> bytes, (int From, int To) part, byte[] by)
    {
        bytes.RemoveRange(part.From, part.To - part.From);
        bytes.InsertRange(part.From, by);
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}
