using System.Globalization;

namespace Runnel.Client.Models.Forms;

internal sealed class DateTimeOffsetForm() : TextForm<DateTimeOffset>(Format, TryParse)
{
    private const string Zoned = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz";
    private const string Utc = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    // Equals takes only the instant.
    internal override bool Same(DateTimeOffset left, DateTimeOffset right) => left.EqualsExact(right);

    internal static string Format(DateTimeOffset value) => value.ToString(value.Offset == TimeSpan.Zero ? Utc : Zoned, CultureInfo.InvariantCulture);

    internal static bool TryParse(string text, out DateTimeOffset value) =>
        DateTimeOffset.TryParseExact(text, [Zoned, Utc], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);
}

internal sealed class DateTimeForm() : TextForm<DateTime>(Format, TryParse)
{
    private const string Unzoned = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    // A local time means another moment on the next device.
    internal override DateTime Normalize(DateTime value) => value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;

    // Equals takes only the ticks.
    internal override bool Same(DateTime left, DateTime right) => left == right && left.Kind == right.Kind;

    private static string Format(DateTime value) => value.Kind == DateTimeKind.Utc
        ? DateTimeOffsetForm.Format(new DateTimeOffset(value))
        : value.ToString(Unzoned, CultureInfo.InvariantCulture);

    private static bool TryParse(string text, out DateTime value)
    {
        if (DateTime.TryParseExact(text, Unzoned, CultureInfo.InvariantCulture, DateTimeStyles.None, out value)) return true;
        var zoned = DateTimeOffsetForm.TryParse(text, out var moment);
        value = moment.UtcDateTime;
        return zoned;
    }
}
