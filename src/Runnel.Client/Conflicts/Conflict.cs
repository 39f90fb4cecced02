using Runnel.Client.Replica;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>
/// A write that was lost to another although neither author had seen the other's. It is kept on this device until it is restored or
/// dismissed; nothing else depends on that. Safe for use by many threads.
/// </summary>
public sealed class Conflict
{
    private readonly SyncedStream _stream;

    internal Conflict(SyncedStream stream, KeptConflict kept)
    {
        _stream = stream;
        Kept = kept;
        var overwrite = kept.Overwrite;
        Lost = new ConflictSide(overwrite.Lost?.Wire, overwrite.Loser);
        Winner = new ConflictSide(overwrite.Rule == OverwriteRule.Delete ? null : kept.Won, overwrite.Winner);
    }

    /// <summary>The object.</summary>
    public ObjectKey Key => Kept.Key;

    /// <summary>The field; <c>null</c> if what was lost is a delete.</summary>
    public FieldName? Field => Kept.Overwrite.Field;

    /// <summary>What stands.</summary>
    public ConflictSide Winner { get; }

    /// <summary>What was lost.</summary>
    public ConflictSide Lost { get; }

    /// <summary>By what rule.</summary>
    public OverwriteRule Rule => Kept.Overwrite.Rule;

    internal KeptConflict Kept { get; }

    /// <summary>
    /// Makes what was lost again, as a new edit that has seen both, and lists the conflict no longer. An object that was deleted comes
    /// back with what it held, as far as this device knows that: it does if it made one of the two edits. Completes when that is on disk.
    /// </summary>
    public Task RestoreAsync()
    {
        _stream.Restore(Kept);
        return _stream.Client.FlushAsync();
    }

    /// <summary>Lets the winner stand, and lists the conflict no longer. Completes when that is on disk.</summary>
    public Task DismissAsync()
    {
        _stream.Dismiss(Kept);
        return _stream.Client.FlushAsync();
    }

    /// <summary>The conflict in a few words: <c>title: "Oats" over "Milk", because LaterWrite</c>.</summary>
    public override string ToString() => Field is { } field
        ? $"{field}: {(Rule == OverwriteRule.Delete ? "a delete" : Winner)} over {Lost}, because {Rule}"
        : $"{Winner} over a delete, because {Rule}";
}
