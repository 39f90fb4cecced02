namespace Runnel.Cli.Bench;

/// <summary>One measured figure beside what it is held against, taken in the same run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="LimitName">What it is held against.</param>
/// <param name="Limit">That one's figure, in the same unit.</param>
internal sealed record Figure(string Name, double Value, string Unit, string LimitName, double Limit)
{
    /// <summary>The figure as a share of the limit.</summary>
    public double Ratio => Limit == 0 ? 0 : Value / Limit;

    /// <summary>The samples behind the figure, evenly spaced in time, where their course matters; else none.</summary>
    public IReadOnlyList<double> Curve { get; init; } = [];
}
