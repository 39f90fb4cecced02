using System.Globalization;

namespace Runnel.Testing.Simulation;

/// <summary>Runs many seeds, each world on one thread, as many at once as there are cores.</summary>
public static class SimulationCampaign
{
    // The first few say what is wrong; more would only fill the screen.
    private const int MaxBroken = 10;

    /// <summary>Runs <paramref name="count"/> seeds from <paramref name="first"/> on. Safe for use by many threads.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="options">What is simulated; <c>null</c> for everything.</param>
    /// <param name="jobs">How many worlds at once; 0 for one on each core.</param>
    /// <param name="progress">Told how many are done; from any thread.</param>
    /// <param name="cancellationToken">Ends the campaign after the worlds that are under way; what was seen so far is reported.</param>
    public static CampaignReport Run(
        long first, int count, SimulationOptions? options = null, int jobs = 0, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var (report, gate, done) = (new Tally(), new Lock(), 0L);
        var started = TimeProvider.System.GetTimestamp();
        // Not a range, which would be dealt out in large portions: the last seeds must not wait for one thread.
        var seeds = Enumerable.Range(0, count).Select(i => first + i);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = jobs > 0 ? jobs : Environment.ProcessorCount };
        Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(seeds, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering), parallel, (seed, state) =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                state.Stop();
                return;
            }
            var seen = Simulator.Run(seed, options);
            lock (gate) report.Add(seen);
            progress?.Invoke(Interlocked.Increment(ref done));
        });
        return report.ToReport(TimeProvider.System.GetElapsedTime(started));
    }

    private sealed class Tally
    {
        private readonly Dictionary<Landmark, long> _reached = Enum.GetValues<Landmark>().ToDictionary(landmark => landmark, _ => 0L);
        private readonly HashSet<Type> _types = [];
        private readonly SortedList<long, SimulationReport> _broken = [];
        private long _seeds, _brokenCount, _acknowledged, _steps;
        private TimeSpan _virtualTime;

        public void Add(SimulationReport seen)
        {
            _seeds++;
            _acknowledged += seen.Acknowledged;
            _steps += seen.Steps;
            _virtualTime += seen.VirtualTime;
            _types.UnionWith(seen.ProductTypes);
            foreach (var (landmark, times) in seen.Reached) _reached[landmark] += times;
            if (seen.Broken is null) return;
            _brokenCount++;
            _broken.Add(seen.Seed, seen);
            if (_broken.Count > MaxBroken) _broken.RemoveAt(MaxBroken);
        }

        public CampaignReport ToReport(TimeSpan realTime) => new()
        {
            Seeds = _seeds,
            BrokenSeeds = _brokenCount,
            Broken = [.. _broken.Values],
            Reached = _reached,
            ProductTypes = _types,
            Acknowledged = _acknowledged,
            Steps = _steps,
            VirtualTime = _virtualTime,
            RealTime = realTime,
        };
    }
}

/// <summary>What many seeds have seen. Never changes.</summary>
public sealed record CampaignReport
{
    /// <summary>How many seeds were run.</summary>
    public required long Seeds { get; init; }

    /// <summary>How many of them broke a promise.</summary>
    public required long BrokenSeeds { get; init; }

    /// <summary>The lowest seeds that broke one.</summary>
    public required IReadOnlyList<SimulationReport> Broken { get; init; }

    /// <summary>How often each landmark was reached.</summary>
    public required IReadOnlyDictionary<Landmark, long> Reached { get; init; }

    /// <summary>The types of Runnel itself that ran.</summary>
    public required IReadOnlySet<Type> ProductTypes { get; init; }

    /// <summary>How many events were acknowledged.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>How many steps were taken.</summary>
    public required long Steps { get; init; }

    /// <summary>The virtual time that has passed in all worlds.</summary>
    public required TimeSpan VirtualTime { get; init; }

    /// <summary>The time that it took.</summary>
    public required TimeSpan RealTime { get; init; }

    /// <summary>The landmarks that no seed has come by: what is never reached is not tested.</summary>
    public IReadOnlyList<Landmark> Unreached => [.. Reached.Where(reached => reached.Value == 0).Select(reached => reached.Key)];

    /// <summary>The speed, in words.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Seeds} seeds in {RealTime.TotalSeconds:F1} s: {Seeds / RealTime.TotalSeconds:F0} seeds/s, virtual ÷ real time {VirtualTime / RealTime:F0}, {Steps / Math.Max(1, Seeds)} steps and {Acknowledged / Math.Max(1, Seeds)} acknowledged events a seed.");

    /// <summary>Nothing, if all promises were kept.</summary>
    /// <exception cref="BrokenPromiseException">One was broken; its message has the promise, the lowest seed and the end of its trace.</exception>
    public void ThrowIfBroken()
    {
        if (Broken.Count > 0) Broken[0].ThrowIfBroken();
    }
}
