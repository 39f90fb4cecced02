using System.Globalization;

namespace Runnel.Client.Models.Forms;

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
