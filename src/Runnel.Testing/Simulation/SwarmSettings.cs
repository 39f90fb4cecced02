using Runnel.Server.Homes;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation;

/// <summary>
/// What a seed has drawn. Whole kinds of faults are off in most seeds: a run in which everything fails at once hides what a single
/// fault would show.
/// </summary>
internal sealed record SwarmSettings
{
    public required SimulatedFaults Faults { get; init; }
    public required int Streams { get; init; }
    public required int Authors { get; init; }
    public required int HandAuthors { get; init; }
    public required int Readers { get; init; }

    /// <summary>How long edits are made and faults happen.</summary>
    public required TimeSpan ActiveTime { get; init; }

    /// <summary>How long an author rests between two edits, at most.</summary>
    public required TimeSpan MaxRest { get; init; }
    public required int MaxBatch { get; init; }

    /// <summary>How many batches an author sends before the first is answered.</summary>
    public required int Window { get; init; }
    public required double OverlapRate { get; init; }
    public required TimeSpan MaxDelay { get; init; }
    public required TimeSpan MaxLateness { get; init; }

    /// <summary>How long a client waits before it connects again, at most.</summary>
    public required TimeSpan MaxBackoff { get; init; }
    public required double LossRate { get; init; }
    public required double DuplicationRate { get; init; }
    public required double OvertakingRate { get; init; }
    public required TimeSpan MaxCommitTime { get; init; }
    public required double FailedCommitRate { get; init; }

    /// <summary>How much time passes between two faults of one kind, at most.</summary>
    public required TimeSpan MaxCalm { get; init; }
    public required int MaxQueuedRequests { get; init; }
    public required int MaxQueuedBytes { get; init; }
    public required int MaxGroupAppends { get; init; }
    public required int MaxFrameEvents { get; init; }
    public required TimeSpan IdleTimeout { get; init; }

    public static SwarmSettings Draw(Chance chance, SimulatedFaults allowed)
    {
        var faults = allowed & (SimulatedFaults)(chance.Next() & (ulong)SimulatedFaults.All);
        var isTight = faults.HasFlag(SimulatedFaults.TightLimits);
        return new SwarmSettings
        {
            Faults = faults,
            Streams = chance.Between(1, 4),
            Authors = chance.Between(1, 5),
            HandAuthors = chance.Between(0, 2),
            Readers = chance.Between(0, 2),
            ActiveTime = TimeSpan.FromSeconds(chance.Pick(2, 4, 8)),
            MaxRest = TimeSpan.FromMilliseconds(chance.Pick(200, 500, 1_500)),
            MaxBatch = chance.Pick(1, 2, 3, 8),
            Window = chance.Pick(1, 2, 8),
            OverlapRate = chance.Pick(0, 0.3, 0.8),
            MaxDelay = TimeSpan.FromMilliseconds(chance.Pick(1, 20, 300)),
            MaxLateness = TimeSpan.FromMilliseconds(chance.Pick(500, 8_000)),
            MaxBackoff = TimeSpan.FromMilliseconds(chance.Pick(5, 500)),
            LossRate = faults.HasFlag(SimulatedFaults.Loss) ? chance.Pick(0.01, 0.1, 0.3) : 0,
            DuplicationRate = faults.HasFlag(SimulatedFaults.Duplication) ? chance.Pick(0.05, 0.3) : 0,
            OvertakingRate = faults.HasFlag(SimulatedFaults.Reordering) ? chance.Pick(0.05, 0.3) : 0,
            MaxCommitTime = TimeSpan.FromMilliseconds(chance.Pick(1, 10, 100)),
            FailedCommitRate = faults.HasFlag(SimulatedFaults.FailedCommits) ? chance.Pick(0.02, 0.1, 0.3) : 0,
            MaxCalm = TimeSpan.FromMilliseconds(chance.Pick(500, 2_000, 6_000)),
            MaxQueuedRequests = isTight ? chance.Pick(1, 2, 8) : 8_192,
            MaxQueuedBytes = isTight ? chance.Pick(100, 1_000, 16_000) : 64_000_000,
            MaxGroupAppends = chance.Pick(1, 2, 4_096),
            MaxFrameEvents = chance.Pick(1, 7, 1_000),
            IdleTimeout = TimeSpan.FromMilliseconds(chance.Pick(100, 1_000, 60_000)),
        };
    }

    /// <summary>Whether this kind of fault was drawn.</summary>
    public bool Has(SimulatedFaults fault) => (Faults & fault) != 0;

    public HomeOptions ToHomeOptions() => new()
    {
        MaxEventBytes = 2_048,
        MaxQueuedRequests = MaxQueuedRequests,
        MaxQueuedBytes = MaxQueuedBytes,
        MaxGroupAppends = MaxGroupAppends,
        IdleTimeout = IdleTimeout,
    };
}
