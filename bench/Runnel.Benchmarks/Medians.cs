namespace Runnel.Benchmarks;

/// <summary>What is said of many measurements: the machine's moods leave medians alone.</summary>
internal static class Medians
{
    public static double Median(this IEnumerable<double> values) => values.Percentile(50);

    public static double Percentile(this IEnumerable<double> values, int percent)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length * percent / 100];
    }
}
