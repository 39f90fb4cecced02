namespace Runnel.Tests;

/// <summary>How often randomised tests run: the one place that decides.</summary>
internal static class Randomized
{
    // Long runs look for what a thousand histories do not show.
    private const int LongFactor = 25;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("RUNNEL_LONG") == "1";

    /// <summary>The count for this run of the tests, where <paramref name="usual"/> is that of <c>./test</c>.</summary>
    public static int Runs(int usual) => Runs(usual, usual * LongFactor);

    /// <summary>The count for this run, where a long one has one of its own.</summary>
    public static int Runs(int usual, int inLongRuns) => IsLong ? inLongRuns : usual;
}
