using System.Text.Json;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>An edit as the rules know it: who did what to which object, having seen how much. Never changes.</summary>
/// <param name="Client">The author.</param>
/// <param name="Seq">Its place in the stream; <see cref="Pending"/> if it has none yet.</param>
/// <param name="ClientSeq">The author's own number, or a place behind all numbers.</param>
/// <param name="PrecedingSeq">What the author had seen.</param>
/// <param name="Op"><c>insert</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="Changes">What it does to which field.</param>
internal sealed record Deed(string Client, long Seq, long ClientSeq, long PrecedingSeq, string Op, IReadOnlyDictionary<string, Change> Changes)
{
    /// <summary>The seq of what has none: behind all that have.</summary>
    public const long Pending = long.MaxValue;

    /// <summary>Reads what <paramref name="observed"/> does.</summary>
    public static Deed Of(ObservedEvent observed) =>
        new(observed.Client, observed.Seq, observed.ClientSeq, observed.PrecedingSeq, observed.Op, ReadChanges(observed.Fields));

    /// <summary>Reads the fields of an event.</summary>
    public static IReadOnlyDictionary<string, Change> ReadChanges(string fields)
    {
        using var document = JsonDocument.Parse(fields);
        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => Change.Read(member.Value));
    }

    public override string ToString() =>
        $"seq {Seq} ({Op} by {Client}, clientSeq {ClientSeq}, precedingSeq {PrecedingSeq}, {{{string.Join(", ", Changes.Select(change => $"{change.Key}: {change.Value.Wire}"))}}})";

    /// <summary>Whether the author of this had seen <paramref name="earlier"/>.</summary>
    public bool HadSeen(Deed earlier) => Client == earlier.Client ? earlier.ClientSeq < ClientSeq : earlier.Seq <= PrecedingSeq;
}
