namespace Runnel;

/// <summary>An event's number in its stream: 1, 2, 3 …; the default, <see cref="None"/>, comes before them all.</summary>
public readonly record struct Seq : IComparable<Seq>
{
    /// <summary>Makes the seq numbered <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public Seq(long value) =>
        Value = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A seq is never negative.");

    /// <summary>The number; 0 for <see cref="None"/>.</summary>
    public long Value { get; }

    /// <summary>Before the first event: the head of an empty stream, and the seq of an event that has none yet.</summary>
    public static Seq None => default;

    /// <summary>The first event of a stream.</summary>
    public static Seq First => new(1);

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => Value == 0;

    /// <summary>The seq right after this one.</summary>
    public Seq Next => new(checked(Value + 1));

    /// <inheritdoc/>
    public int CompareTo(Seq other) => Value.CompareTo(other.Value);

    /// <summary>The larger of two seqs.</summary>
    public static Seq Max(Seq left, Seq right) => left.Value >= right.Value ? left : right;

    /// <summary>The smaller of two seqs.</summary>
    public static Seq Min(Seq left, Seq right) => left.Value <= right.Value ? left : right;

    /// <summary>The seq <paramref name="count"/> places after <paramref name="seq"/>.</summary>
    public static Seq operator +(Seq seq, long count) => new(checked(seq.Value + count));

    /// <summary>How many places <paramref name="left"/> lies after <paramref name="right"/>; negative when before.</summary>
    public static long operator -(Seq left, Seq right) => left.Value - right.Value;

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(Seq left, Seq right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(Seq left, Seq right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> does not come after <paramref name="right"/>.</summary>
    public static bool operator <=(Seq left, Seq right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> does not come before <paramref name="right"/>.</summary>
    public static bool operator >=(Seq left, Seq right) => left.Value >= right.Value;

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
