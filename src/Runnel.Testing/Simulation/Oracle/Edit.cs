namespace Runnel.Testing.Simulation.Oracle;

/// <summary>What an author wants stored. Its id is the only one of its kind in the world, so wherever it turns up, it is known.</summary>
internal sealed record Edit(string Stream, string Client, long? ClientSeq, long? PrecedingSeq, string Op, string Id)
{
    /// <summary>The collection of all edits.</summary>
    public const string Collection = "task";

    /// <summary>What it says of its object, unless it deletes it.</summary>
    public string Title { get; init; } = Id;

    /// <summary>The edit's fields, as JSON.</summary>
    public string Fields => Op == "delete" ? "{}" : $$"""{"title":"{{Title}}"}""";

    /// <summary>Where it is stored, as far as the oracle has seen; more than one place only for what was published by hand.</summary>
    public List<long> Seqs { get; } = [];

    /// <summary>The batches that it was sent in.</summary>
    public List<SentBatch> Batches { get; } = [];

    /// <summary>Whether it was acknowledged.</summary>
    public bool IsAcknowledged { get; set; }

    public bool Equals(Edit? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}
