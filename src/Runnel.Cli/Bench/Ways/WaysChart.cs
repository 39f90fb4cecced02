using System.Globalization;
using System.Text;

namespace Runnel.Cli.Bench.Ways;

/// <summary>The figures as an SVG picture: bytes and processor time side by side, on logarithmic scales, readable on light and dark pages.</summary>
internal static class WaysChart
{
    private const int Width = 860, Height = 320, Left = 64, Top = 56, PlotWidth = 330, PlotHeight = 190, Gap = 90;

    private static readonly (string Way, string Colour)[] Colours = [("whole copy", "#d1603d"), ("JSON diff", "#d9a441"), ("deltas", "#2f8f6b")];

    /// <summary>Draws the chart.</summary>
    public static string Draw(IReadOnlyList<WayFigure> figures)
    {
        var svg = new StringBuilder();
        svg.AppendLine(Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="system-ui, sans-serif" font-size="13">"""));
        svg.AppendLine("<style>text{fill:#24292f}.quiet{fill:#6e7781}.grid{stroke:#8c959f;stroke-opacity:.3}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}}</style>");
        svg.AppendLine("""<text x="16" y="24" font-size="16" font-weight="600">One hour of edits on a shared to-do list</text>""");
        DrawPlot(svg, figures, Left, "bytes on the wire, all devices", figure => figure.Bytes, Bytes);
        DrawPlot(svg, figures, Left + PlotWidth + Gap, "processor time, all devices and server", figure => figure.Processor.TotalMilliseconds, Time);
        for (var i = 0; i < Colours.Length; i++)
        {
            svg.AppendLine(Line($"""<rect x="{Left + i * 130}" y="{Height - 26}" width="12" height="12" rx="2" fill="{Colours[i].Colour}"/><text x="{Left + i * 130 + 18}" y="{Height - 15}">{Colours[i].Way}</text>"""));
        }
        return svg.AppendLine("</svg>").ToString();
    }

    private static void DrawPlot(StringBuilder svg, IReadOnlyList<WayFigure> figures, int left, string title, Func<WayFigure, double> value, Func<double, string> label)
    {
        var low = Math.Floor(Math.Log10(figures.Min(value)));
        var high = Math.Ceiling(Math.Log10(figures.Max(value)));
        double Y(double figure) => Top + PlotHeight - (Math.Log10(figure) - low) / (high - low) * PlotHeight;

        svg.AppendLine(Line($"""<text class="quiet" x="{left}" y="{Top - 12}">{title}</text>"""));
        for (var power = low; power <= high; power++)
        {
            var y = Y(Math.Pow(10, power));
            svg.AppendLine(Line($"""<line class="grid" x1="{left}" x2="{left + PlotWidth}" y1="{y:0.#}" y2="{y:0.#}"/><text class="quiet" x="{left - 6}" y="{y + 4:0.#}" text-anchor="end" font-size="11">{label(Math.Pow(10, power))}</text>"""));
        }
        var groups = figures.GroupBy(figure => figure.Devices).ToList();
        var step = PlotWidth / groups.Count;
        for (var group = 0; group < groups.Count; group++)
        {
            var middle = left + step * group + step / 2;
            svg.AppendLine(Line($"""<text x="{middle}" y="{Top + PlotHeight + 20}" text-anchor="middle">{groups[group].Key} devices</text>"""));
            for (var i = 0; i < Colours.Length; i++)
            {
                var figure = value(groups[group].Single(figure => figure.Way == Colours[i].Way));
                svg.AppendLine(Line($"""<rect x="{middle - 42 + i * 29}" y="{Y(figure):0.#}" width="26" height="{Top + PlotHeight - Y(figure):0.#}" rx="2" fill="{Colours[i].Colour}"><title>{Colours[i].Way}: {label(figure)}</title></rect>"""));
            }
        }
    }

    /// <summary>Bytes as people say them.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        >= 1e9 => $"{bytes / 1e9:0.#} GB",
        >= 1e6 => $"{bytes / 1e6:0.#} MB",
        >= 1e3 => $"{bytes / 1e3:0.#} kB",
        _ => $"{bytes:0} B",
    };

    /// <summary>Milliseconds as people say them.</summary>
    public static string Time(double milliseconds) => milliseconds >= 1e3 ? $"{milliseconds / 1e3:0.#} s" : $"{milliseconds:0.#} ms";

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
