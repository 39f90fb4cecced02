using System.Globalization;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>
/// What an author wants stored, as it sends it. Its name is the only one of its kind in the world, so wherever it turns up, it is known: for
/// plain authors the id of its object, for devices, which share objects, all of it.
/// </summary>
internal sealed record Edit(string Stream, string Client, long? ClientSeq, long? PrecedingSeq, string Op, string Id)
{
    /// <summary>The collection of what plain authors edit.</summary>
    public const string PlainCollection = "task";

    /// <summary>The object's collection.</summary>
    public string Collection { get; init; } = PlainCollection;

    /// <summary>What a plain author says of its object, unless it deletes it.</summary>
    public string Title { get; init; } = Id;

    /// <summary>The fields of a device's edit, as JSON; <c>null</c> for a plain author's.</summary>
    public string? FieldsSent { get; init; }

    /// <summary>The edit's fields, as JSON.</summary>
    public string Fields => FieldsSent ?? (Op == "delete" ? "{}" : $$"""{"title":"{{Title}}"}""");

    /// <summary>What it is known by.</summary>
    public string Name => FieldsSent is null ? Id : NameOf(Stream, AsSent);

    /// <summary>The edit as it would lie on the disk, but for its seq.</summary>
    public ObservedEvent AsSent => new(0, Client, ClientSeq ?? 0, PrecedingSeq ?? 0, Op, Collection, Id, Fields);

    /// <summary>Where it is stored, as far as the oracle has seen; more than one place only for what was published by hand.</summary>
    public List<long> Seqs { get; } = [];

    /// <summary>The batches that it was sent in.</summary>
    public List<SentBatch> Batches { get; } = [];

    /// <summary>Whether it was acknowledged.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>The name of a device's edit that looks like <paramref name="observed"/>.</summary>
    public static string NameOf(string stream, ObservedEvent observed) => string.Create(
        CultureInfo.InvariantCulture, $"{stream} {observed.Client} {observed.ClientSeq} {observed.PrecedingSeq} {observed.Op} {observed.Collection}/{observed.Id} {observed.Fields}");

    public bool Equals(Edit? other) => ReferenceEquals(this, other);

    public override string ToString() => $"{Id} ({Op} by {Client}, clientSeq {ClientSeq?.ToString(CultureInfo.InvariantCulture) ?? "none"}, precedingSeq {PrecedingSeq?.ToString(CultureInfo.InvariantCulture) ?? "none"})";

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}
