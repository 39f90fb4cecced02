namespace Runnel.Cli.Bench;

/// <summary>What the measurements of one run share.</summary>
/// <param name="Server">The Runnel server.</param>
/// <param name="Bare">The server that figures are held against.</param>
/// <param name="Directory">Where files of the measurement may lie.</param>
/// <param name="Duration">How long each figure is taken.</param>
/// <param name="Stopping">Says that the run is to end early.</param>
internal sealed record BenchRun(ChildProcess Server, ChildProcess Bare, string Directory, TimeSpan Duration, CancellationToken Stopping)
{
    /// <summary>How long a load runs before it is measured: the compilers at both ends need that.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Math.Min(3, Duration.TotalSeconds));
}
