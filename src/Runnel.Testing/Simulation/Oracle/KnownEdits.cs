namespace Runnel.Testing.Simulation.Oracle;

/// <summary>Every edit that was sent, and every value that a user has written once only.</summary>
internal sealed class KnownEdits
{
    private readonly Dictionary<string, Edit> _edits = [];
    private readonly Dictionary<string, Deed?> _written = [];

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<Edit> All => _edits.Values;

    /// <summary>An edit is about to be sent; gives the one that it was when it was sent first.</summary>
    public Edit Sends(Edit edit)
    {
        if (edit.FieldsSent is not null && _edits.TryGetValue(edit.Name, out var known)) return known;
        return _edits[edit.Name] = edit;
    }

    /// <summary>The edit that <paramref name="observed"/> in <paramref name="stream"/> is; <c>null</c> if nobody has sent it.</summary>
    public Edit? Find(string stream, ObservedEvent observed) => _edits.GetValueOrDefault(Edit.NameOf(stream, observed)) ?? _edits.GetValueOrDefault(observed.Id);

    /// <summary>A user writes a value, as JSON, that occurs nowhere else, or does if <paramref name="isOnly"/> is false.</summary>
    public void Writes(string value, bool isOnly)
    {
        if (isOnly) _written[value] = null;
        else _written.Remove(value);
    }

    /// <summary>What was stored before and has a value of <paramref name="deed"/> that was written only once; <c>null</c> if nothing has.</summary>
    public Deed? FindTwin(Deed deed)
    {
        Deed? twin = null;
        foreach (var change in deed.Changes.Values.OfType<Change.Set>())
        {
            if (!_written.TryGetValue(change.Json, out var stored)) continue;
            twin ??= stored;
            _written[change.Json] = deed;
        }
        return twin;
    }
}
