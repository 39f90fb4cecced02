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
