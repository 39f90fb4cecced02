using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Numerics;

namespace Runnel.Client.Models.Forms;

/// <summary>The forms of the types that models may use. For generated code.</summary>
/// <remarks>Numbers travel as JSON numbers where a double holds them exactly as written, else as strings; both are read.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class JsonForms
{
    private const string Fraction = "FFFFFFF";

    /// <summary>Text; lone surrogates become U+FFFD.</summary>
    public static JsonForm<string> String { get; } = new StringForm();

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static JsonForm<bool> Boolean { get; } = new BooleanForm();

    /// <summary>A text of one UTF-16 unit; a surrogate becomes U+FFFD.</summary>
    public static JsonForm<char> Char { get; } = new CharForm();

    /// <summary>A number.</summary>
    public static JsonForm<decimal> Decimal { get; } = new DecimalForm();

    /// <summary>Lower-case, with hyphens.</summary>
    public static JsonForm<Guid> Guid { get; } = new TextForm<Guid>(
        value => value.ToString("D"), (string text, out Guid value) => System.Guid.TryParseExact(text, "D", out value));

    /// <summary>ISO 8601: <c>2026-01-31</c>.</summary>
    public static JsonForm<DateOnly> DateOnly { get; } = new TextForm<DateOnly>(
        value => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        (string text, out DateOnly value) => System.DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out value));

    /// <summary>ISO 8601: <c>18:30:00</c>, with up to seven digits of a fraction.</summary>
    public static JsonForm<TimeOnly> TimeOnly { get; } = new TextForm<TimeOnly>(
        value => value.ToString($"HH:mm:ss.{Fraction}", CultureInfo.InvariantCulture),
        (string text, out TimeOnly value) =>
            System.TimeOnly.TryParseExact(text, $"HH:mm:ss.{Fraction}", CultureInfo.InvariantCulture, DateTimeStyles.None, out value));

    /// <summary><c>[-][days.]18:30:00[.fraction]</c>, .NET's format "c".</summary>
    public static JsonForm<TimeSpan> TimeSpan { get; } = new TextForm<TimeSpan>(
        value => value.ToString("c"), (string text, out TimeSpan value) => System.TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value));

    /// <summary>RFC 3339 with its offset, which is kept: <c>2026-01-31T18:30:00+01:00</c>.</summary>
    public static JsonForm<DateTimeOffset> DateTimeOffset { get; } = new DateTimeOffsetForm();

    /// <summary>RFC 3339 in UTC (<c>…Z</c>), local times too; without any zone for an unspecified kind.</summary>
    public static JsonForm<DateTime> DateTime { get; } = new DateTimeForm();

    /// <summary>The address as it was written, absolute or relative.</summary>
    public static JsonForm<Uri> Uri { get; } = new UriForm();

    /// <summary>A place in an order, as text that sorts as places do.</summary>
    public static JsonForm<OrderKey> OrderKey { get; } = new TextForm<OrderKey>(
        value => value.Text, (string text, out OrderKey value) => Runnel.Client.OrderKey.TryParse(text, out value));

    /// <summary>Base64.</summary>
    public static JsonForm<byte[]> Bytes { get; } = new BytesForm();

    /// <summary>A whole number.</summary>
    public static JsonForm<T> Integer<T>() where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => IntegerForm<T>.Instance;

    /// <summary>A number; those that JSON lacks are the strings <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>.</summary>
    public static JsonForm<T> Float<T>() where T : struct, IBinaryFloatingPointIeee754<T> => FloatForm<T>.Instance;

    /// <summary>An enumeration by the names of its values; a value without one is a number.</summary>
    public static JsonForm<T> Enum<T, TNumber>(Func<T, TNumber> toNumber, Func<TNumber, T> fromNumber, params (string Name, T Value)[] names)
        where T : struct, Enum where TNumber : struct, IBinaryInteger<TNumber>, IMinMaxValue<TNumber> =>
        new EnumForm<T, TNumber>(toNumber, fromNumber, names);

    /// <summary>A value or <c>null</c>.</summary>
    public static JsonForm<T?> Nullable<T>(JsonForm<T> form) where T : struct => new NullableForm<T>(form);

    /// <summary>An object or <c>null</c>.</summary>
    public static JsonForm<T?> OrNull<T>(JsonForm<T> form) where T : class => new OrNullForm<T>(form);

    /// <summary>A JSON array, read as an array of one's own.</summary>
    public static JsonForm<T[]> Array<T>(JsonForm<T> element) => new SequenceForm<T[], T>(element, false, items => items, items => items);

    /// <summary>A JSON array, read as a list of one's own.</summary>
    public static JsonForm<List<T>> List<T>(JsonForm<T> element) => new SequenceForm<List<T>, T>(element, false, items => items, items => [.. items]);

    /// <summary>A JSON array.</summary>
    public static JsonForm<IReadOnlyList<T>> ReadOnlyList<T>(JsonForm<T> element) =>
        new SequenceForm<IReadOnlyList<T>, T>(element, element.IsImmutable, items => items, System.Array.AsReadOnly);

    /// <summary>A JSON array.</summary>
    public static JsonForm<ImmutableArray<T>> ImmutableArray<T>(JsonForm<T> element) =>
        new SequenceForm<ImmutableArray<T>, T>(element, element.IsImmutable, items => items.IsDefault ? [] : items, items => [.. items]);
}
