using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Sync;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation;

/// <summary>
/// What a seed has drawn. Whole kinds of faults are off in most seeds: a run in which everything fails at once hides what a single
/// fault would show.
/// </summary>
internal sealed record SwarmSettings
{
    private static readonly string[] TextFields = ["title", "memo"];

    public required SimulatedFaults Faults { get; init; }
    public required int Streams { get; init; }
    public required int Authors { get; init; }
    public required int HandAuthors { get; init; }
    public required int Devices { get; init; }
    public required int Readers { get; init; }

    /// <summary>How each stream merges, as those who create it want it.</summary>
    public required IReadOnlyList<StreamSettings> Settings { get; init; }

    /// <summary>Whether devices coalesce.</summary>
    public required bool Coalesces { get; init; }

    /// <summary>How many edits a user makes in one go, at most.</summary>
    public required int MaxBurst { get; init; }

    /// <summary>How often a user makes a batch.</summary>
    public required double BatchRate { get; init; }

    /// <summary>How often a user puts back what was there.</summary>
    public required double ToggleRate { get; init; }

    /// <summary>How often a user switches the network off for a while.</summary>
    public required double OfflineRate { get; init; }
    public required TimeSpan MaxLocalCommitTime { get; init; }

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

    public static SwarmSettings Draw(Chance chance, SimulatedFaults allowed, SimulationScale scale)
    {
        var faults = allowed & (SimulatedFaults)(chance.Next() & (ulong)SimulatedFaults.All);
        var isTight = faults.HasFlag(SimulatedFaults.TightLimits);
        var streams = chance.Between(1, 3);
        return new SwarmSettings
        {
            Faults = faults,
            Streams = Math.Min(streams, scale.Streams),
            Settings = [.. Enumerable.Range(0, streams).Select(_ => DrawSettings(chance))],
            Authors = Math.Min(chance.Between(0, 3), scale.Authors),
            HandAuthors = Math.Min(chance.Between(0, 1), scale.HandAuthors),
            Devices = Math.Min(chance.Between(1, 3), scale.Devices),
            Readers = Math.Min(chance.Between(0, 1), scale.Readers),
            Coalesces = chance.Happens(0.8),
            MaxBurst = chance.Pick(1, 3, 6),
            BatchRate = chance.Pick(0, 0.2, 0.5),
            ToggleRate = chance.Pick(0, 0.1, 0.5),
            OfflineRate = chance.Pick(0, 0.05, 0.2),
            MaxLocalCommitTime = TimeSpan.FromMilliseconds(chance.Pick(1, 50)),
            ActiveTime = TimeSpan.FromTicks(Math.Min(TimeSpan.FromSeconds(chance.Pick(1, 2, 4)).Ticks, scale.ActiveTime.Ticks)),
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

    private static StreamSettings DrawSettings(Chance chance)
    {
        CollectionSettings Draw() => new(
            chance.Pick(ConcurrentDelete.DeleteWins, ConcurrentDelete.UpdateWins),
            TextFields.Where(_ => chance.Happens(0.3)).ToDictionary(FieldName.Parse, _ => FieldMerge.KeepAll));

        var order = chance.Happens(0.7) ? StreamOrder.Causal : StreamOrder.Total;
        return chance.Happens(0.2) ? StreamSettings.Default : new StreamSettings(order, [new(CollectionName.Parse("note"), Draw()), new(CollectionName.Parse("list"), Draw())]);
    }

    /// <summary>Whether this kind of fault was drawn.</summary>
    public bool Has(SimulatedFaults fault) => (Faults & fault) != 0;

    public SyncOptions ToSyncOptions() => new() { MaxFrameEvents = MaxFrameEvents };

    public HomeOptions ToHomeOptions() => new()
    {
        MaxEventBytes = 2_048,
        MaxQueuedRequests = MaxQueuedRequests,
        MaxQueuedBytes = MaxQueuedBytes,
        MaxGroupAppends = MaxGroupAppends,
        IdleTimeout = IdleTimeout,
    };
}
