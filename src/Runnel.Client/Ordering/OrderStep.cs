using System.Buffers;

namespace Runnel.Client.Ordering;

/// <summary>One step of the path that an order key is: a number, and the tag of who chose it. Never changes.</summary>
internal readonly record struct OrderStep(long Number, string Tag) : IComparable<OrderStep>
{
    // 62 ^ 5: of a thousand devices, two share a tag in one case of two thousand, and that costs them nothing but a tie at one place.
    public const int TagLength = 5;

    private const int Base = 62;

    // 62 ^ 10 is the highest power that a long holds.
    private const int MaxDigits = 10;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> AllDigits = SearchValues.Create(Digits);

    public int CompareTo(OrderStep other) => Number != other.Number ? Number.CompareTo(other.Number) : string.CompareOrdinal(Tag, other.Tag);

    /// <summary>Reads the step at the beginning of <paramref name="text"/>, and takes it away; <c>false</c> if none stands there.</summary>
    public static bool TryRead(ref ReadOnlySpan<char> text, out OrderStep step)
    {
        step = default;
        if (text.Length == 0 || DigitsAfter(text[0]) is not { } count || text.Length < 1 + count + TagLength) return false;
        long rest = 0;
        foreach (var digit in text.Slice(1, count))
        {
            if (Digits.IndexOf(digit, StringComparison.Ordinal) is not (>= 0 and var value)) return false;
            rest = rest * Base + value;
        }
        var tag = text.Slice(1 + count, TagLength);
        if (tag.ContainsAnyExcept(AllDigits)) return false;
        var isNegative = text[0] <= 'Z';
        step = new OrderStep(isNegative ? ~(Offset(count) + Power(count) - 1 - rest) : Offset(count) + rest, tag.ToString());
        text = text[(1 + count + TagLength)..];
        return true;
    }

    /// <summary>The tag of a random-looking number.</summary>
    public static string ToTag(ulong number) => string.Create(TagLength, number, static (tag, number) => Fill(tag, (long)(number % (ulong)Power(TagLength))));

    /// <summary>The step as text that sorts as steps do: a letter that tells sign and length, as many digits, the tag.</summary>
    public override string ToString()
    {
        var distance = Number < 0 ? ~Number : Number;
        var count = 1;
        while (distance - Offset(count) >= Power(count)) count++;
        var rest = distance - Offset(count);
        Span<char> text = stackalloc char[1 + count];
        text[0] = (char)(Number < 0 ? 'Z' - count + 1 : 'a' + count - 1);
        Fill(text[1..], Number < 0 ? Power(count) - 1 - rest : rest);
        return string.Concat(text, Tag);
    }

    private static int? DigitsAfter(char head) => head switch
    {
        >= 'a' and < (char)('a' + MaxDigits) => head - 'a' + 1,
        <= 'Z' and > (char)('Z' - MaxDigits) => 'Z' - head + 1,
        _ => null,
    };

    private static void Fill(Span<char> text, long number)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Digits[(int)(number % Base)];
            number /= Base;
        }
    }

    /// <summary>How many numbers have fewer digits.</summary>
    private static long Offset(int digits)
    {
        long offset = 0;
        for (var i = 1; i < digits; i++) offset += Power(i);
        return offset;
    }

    private static long Power(int digits)
    {
        long power = 1;
        for (var i = 0; i < digits; i++) power *= Base;
        return power;
    }
}
