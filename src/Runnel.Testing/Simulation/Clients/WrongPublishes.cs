using System.Text;
using Runnel.Protocol;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Clients;

/// <summary>What may be wrong with a publish.</summary>
internal enum WrongKind
{
    Gap,
    Conflict,
    FuturePrecedingSeq,
    RegressedPrecedingSeq,
    StaleSession,
    Malformed,
    Oversize,
    WrongInside,
}

/// <summary>
/// Publishes that must be refused whenever they arrive, also late and twice: their numbers are far beyond what the author will ever
/// reach, or taken, or will be taken by something else.
/// </summary>
internal sealed class WrongPublishes(string client, Chance chance)
{
    // No run gets there.
    private const long FarAway = 1_000_000;

    private int _count;

    /// <summary>A wrong batch for an author whose outbox is empty, and the codes that may answer it.</summary>
    public (IReadOnlyList<Edit> Edits, IReadOnlyList<string> Expected, WrongKind Kind) Draw(ScriptedOutbox outbox)
    {
        var kind = Possible(outbox)[chance.Below(Possible(outbox).Count)];
        var next = outbox.NextClientSeq;
        var seen = outbox.Memory.Seen.Count;
        return kind switch
        {
            WrongKind.Gap => ([New(outbox, next + FarAway, seen)], ["client_seq_gap"], kind),
            WrongKind.Conflict => ([New(outbox, outbox.Done[chance.Below(outbox.Done.Count)].ClientSeq!.Value, seen)], ["client_seq_conflict"], kind),
            // Whatever takes the number first: what comes later with it is a conflict.
            WrongKind.FuturePrecedingSeq => ([New(outbox, next, seen + FarAway)], ["future_preceding_seq", "client_seq_conflict"], kind),
            WrongKind.RegressedPrecedingSeq => ([New(outbox, next, outbox.Done[^1].PrecedingSeq!.Value - 1)], ["preceding_seq_regressed", "client_seq_conflict"], kind),
            WrongKind.StaleSession => ([New(outbox, next, seen)], ["stale_session"], kind),
            WrongKind.Malformed => ([New(outbox, next, seen)], ["invalid_event"], kind),
            WrongKind.Oversize => ([New(outbox, next, seen) with { Title = new string('x', 3_000) }], ["too_large"], kind),
            _ => ([New(outbox, next, seen), New(outbox, next + FarAway, seen)], ["client_seq_gap", "client_seq_conflict"], kind),
        };
    }

    /// <summary>The frame of <paramref name="publish"/> with an operation that there is not.</summary>
    public static ReadOnlyMemory<byte> Malform(ClientMessage.Publish publish) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(PublishedEdits.ToFrame(publish).Span).Replace("\"op\":\"", "\"op\":\"up", StringComparison.Ordinal));

    private static List<WrongKind> Possible(ScriptedOutbox outbox)
    {
        List<WrongKind> kinds = [WrongKind.Gap, WrongKind.FuturePrecedingSeq, WrongKind.Malformed, WrongKind.Oversize, WrongKind.WrongInside];
        if (outbox.Done.Count > 0) kinds.Add(WrongKind.Conflict);
        if (outbox.Done.Count > 0 && outbox.Done[^1].PrecedingSeq > 0) kinds.Add(WrongKind.RegressedPrecedingSeq);
        if (outbox.IsSessionKnown) kinds.Add(WrongKind.StaleSession);
        return kinds;
    }

    private Edit New(ScriptedOutbox outbox, long clientSeq, long precedingSeq) =>
        new(outbox.Memory.Stream.Value, client, clientSeq, precedingSeq, "update", $"{client}-{outbox.Memory.Stream}-wrong-{++_count}");
}
