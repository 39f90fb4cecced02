using System.Text;
using QRCoder;

namespace Runnel.Cli.Demo;

/// <summary>QR codes for pages and for terminals.</summary>
internal static class QrCode
{
    /// <summary>An SVG picture, black on white with a quiet border, as cameras like it.</summary>
    public static string ToSvg(string text)
    {
        var rows = Rows(text);
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                if (rows[y][x]) path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }
        return $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {rows.Count} {rows.Count}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="{path}"/></svg>""";
    }

    /// <summary>Half blocks, two rows a line, light on dark as terminals are.</summary>
    public static string ToText(string text)
    {
        var rows = Rows(text);
        var lines = new StringBuilder();
        for (var y = 0; y < rows.Count; y += 2)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                var (upper, lower) = (rows[y][x], y + 1 < rows.Count && rows[y + 1][x]);
                lines.Append((upper, lower) switch { (false, false) => '█', (false, true) => '▀', (true, false) => '▄', _ => ' ' });
            }
            lines.AppendLine();
        }
        return lines.ToString();
    }

    private static List<System.Collections.BitArray> Rows(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return data.ModuleMatrix;
    }
}
