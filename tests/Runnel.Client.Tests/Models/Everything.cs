using System.Collections.Immutable;

namespace Runnel.Client.Tests.Models;

public enum Label { None, Red, Orange, Pink = 17, Rose = Pink }

[Flags]
public enum Days : byte { None = 0, Monday = 1, Tuesday = 2, Weekend = 128 }

public enum Vast : ulong { Small = 1, Huge = ulong.MaxValue }

public sealed record Address(string Street, int Number)
{
    public Label Colour { get; init; }
    public Country? Country { get; init; }
    public string Whole => $"{Street} {Number}";
}

public sealed record Country([property: Field("iso")] string Code, double? Area = null);

public sealed class Line
{
    public string Article { get; set; } = "";
    public decimal Price { get; set; }
    public List<string> Notes { get; set; } = [];
    [NotSynced] public int Row { get; set; }
}

public readonly struct Point(int x, int y)
{
    public int X { get; } = x;
    public int Y { get; } = y;
}

/// <summary>Refuses what it does not like, as classes of apps do.</summary>
public sealed record Percent
{
    public Percent(int value) => Value = value is >= 0 and <= 100 ? value : throw new ArgumentOutOfRangeException(nameof(value));

    public int Value { get; }
}

[Synced("all")]
public partial class Everything
{
    public partial string Text { get; set; }
    public partial string? MaybeText { get; set; }
    public partial bool Flag { get; set; }
    public partial char Letter { get; set; }
    public partial sbyte Int8 { get; set; }
    public partial byte UInt8 { get; set; }
    public partial short Int16 { get; set; }
    public partial ushort UInt16 { get; set; }
    public partial int Int32 { get; set; }
    public partial uint UInt32 { get; set; }
    public partial long Int64 { get; set; }
    public partial ulong UInt64 { get; set; }
    public partial Int128 Int128 { get; set; }
    public partial UInt128 UInt128 { get; set; }
    public partial Half Half { get; set; }
    public partial float Single { get; set; }
    public partial double Double { get; set; }
    public partial decimal Decimal { get; set; }
    public partial Guid Guid { get; set; }
    public partial DateOnly Date { get; set; }
    public partial TimeOnly Time { get; set; }
    public partial TimeSpan Span { get; set; }
    public partial DateTime Moment { get; set; }
    public partial DateTimeOffset Instant { get; set; }
    public partial Uri? Link { get; set; }
    public partial byte[] Bytes { get; set; }
    public partial byte[]? MaybeBytes { get; set; }
    public partial Label Label { get; set; }
    public partial Days Days { get; set; }
    public partial Vast Vast { get; set; }
    public partial bool? MaybeFlag { get; set; }
    public partial long? MaybeInt64 { get; set; }
    public partial DateTimeOffset? MaybeInstant { get; set; }
    public partial Label? MaybeLabel { get; set; }
    public partial IReadOnlyList<string> Names { get; set; }
    public partial List<int> Numbers { get; set; }
    public partial double[] Measures { get; set; }
    public partial ImmutableArray<Guid> Ids { get; set; }
    public partial IReadOnlyList<string?>? MaybeNames { get; set; }
    public partial IReadOnlyList<IReadOnlyList<Label>> Grid { get; set; }
    public partial Address? Address { get; set; }
    public partial List<Line> Lines { get; set; }
    public partial Point Point { get; set; }
    public partial Point? MaybePoint { get; set; }
    public partial Percent? Percent { get; set; }
}
