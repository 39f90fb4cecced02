namespace Runnel.Testing.Simulation.Oracle;

/// <summary>Every edit that was sent, and every value that a user has written once only.</summary>
internal sealed class KnownEdits
{
    private readonly Dictionary<string, Edit> _edits = [];
    private readonly Dictionary<string, Written> _written = [];

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
        if (isOnly) _written[value] = new Written();
        else _written.Remove(value);
    }

    /// <summary>
    /// The user of the store that <paramref name="ledger"/> stands beside tries something again that was refused, and is an edit anew. Copies of a store
    /// that was copied while it waited each have a user of their own to decide about it, and it is as many edits as there are that try it.
    /// </summary>
    public void Retries(EditLedger ledger, Said said)
    {
        foreach (var change in said.Changes.Values.OfType<Change.Set>())
        {
            if (_written.TryGetValue(change.Json, out var written)) written.RetriedBy.Add(ledger);
        }
    }

    /// <summary>What was stored before and has a value of <paramref name="deed"/> that may stand there no more often; <c>null</c> if nothing has.</summary>
    public Deed? FindTwin(Deed deed)
    {
        Deed? twin = null;
        foreach (var change in deed.Changes.Values.OfType<Change.Set>())
        {
            if (!_written.TryGetValue(change.Json, out var written)) continue;
            if (written.Times >= Math.Max(1, written.RetriedBy.Count)) twin ??= written.Latest;
            written.Times++;
            written.Latest = deed;
        }
        return twin;
    }

    /// <summary>What became of a value that a user has written once.</summary>
    private sealed class Written
    {
        /// <summary>The last that was stored of it.</summary>
        public Deed? Latest { get; set; }

        /// <summary>How often it was stored.</summary>
        public int Times { get; set; }

        /// <summary>Beside which stores it was tried again.</summary>
        public HashSet<EditLedger> RetriedBy { get; } = [];
    }
}
