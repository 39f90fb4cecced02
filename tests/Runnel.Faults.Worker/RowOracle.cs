using System.Globalization;
using System.Text;
using Runnel.Client.LocalStore;

namespace Runnel.Faults.Worker;

/// <summary>What a local store has to hold, row by row, and a transaction if nobody knows what became of it.</summary>
public sealed class RowOracle
{
    private const LocalKind Kind = LocalKind.Pending;
    private const string Stream = "notes";

    private Dictionary<string, string> _held = [];
    private List<IReadOnlyList<RowChange>> _unknown = [];

    public RowOracle Copy() => new() { _held = new Dictionary<string, string>(_held), _unknown = [.. _unknown] };

    /// <summary>What a store must show that is still open: a transaction that failed is not to be seen.</summary>
    public RowOracle WithoutUnknown() => new() { _held = new Dictionary<string, string>(_held) };

    /// <summary>Makes a transaction that puts some rows, changes some, and removes some.</summary>
    public static IReadOnlyList<RowChange> Next(string author, int attempt, Random random, int padding = 0)
    {
        var changes = new List<RowChange>();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{random.Next(60):D9}");
            changes.Add(new RowChange(name, random.Next(5) == 0 ? null : $"{author} {attempt} {i} {new string('x', padding + random.Next(5) * 700)}"));
        }
        return changes;
    }

    /// <summary>From now on the transaction may be there, and may not; so may one that failed before it, but not both.</summary>
    public void Try(IReadOnlyList<RowChange> transaction) => _unknown.Add(transaction);

    public void Acknowledge()
    {
        Take(_held, _unknown[^1]);
        _unknown = [];
    }

    /// <summary>Somebody has seen these rows: what became of the last transaction is known.</summary>
    public void Settle(Dictionary<string, string> rows)
    {
        if (Differ(rows, _held) is not null) Acknowledge();
        _unknown = [];
    }

    /// <summary>All rows.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(ILocalStore store)
    {
        var rows = new Dictionary<string, string>();
        await foreach (var row in store.ReadAsync(Kind, Stream, default)) rows.Add(row.Name, Encoding.UTF8.GetString(row.Value.Span));
        return rows;
    }

    /// <summary>Looks into a store; says what is wrong, and remembers what of the last transaction was found.</summary>
    public async Task<string?> FindFaultAsync(ILocalStore store)
    {
        var rows = await ReadAsync(store);
        if (Differ(rows, _held) is not { } fault)
        {
            _unknown = [];
            return null;
        }
        foreach (var transaction in _unknown)
        {
            var other = new Dictionary<string, string>(_held);
            Take(other, transaction);
            if (Differ(rows, other) is { } otherFault)
            {
                fault += $" With a transaction that failed: {otherFault}";
                continue;
            }
            _held = other;
            _unknown = [];
            return null;
        }
        return fault;
    }

    /// <summary>The transaction as a store takes it.</summary>
    public static IReadOnlyList<LocalWrite> ToWrites(IReadOnlyList<RowChange> transaction) =>
        [.. transaction.Select(change => new LocalWrite(new LocalKey(Kind, Stream, change.Name), change.Value is { } value ? Encoding.UTF8.GetBytes(value) : (ReadOnlyMemory<byte>?)null))];

    private static void Take(Dictionary<string, string> held, IReadOnlyList<RowChange> transaction)
    {
        foreach (var (name, value) in transaction)
        {
            if (value is null) held.Remove(name);
            else held[name] = value;
        }
    }

    private static string? Differ(Dictionary<string, string> there, Dictionary<string, string> expected)
    {
        foreach (var (name, value) in expected)
        {
            if (!there.TryGetValue(name, out var found)) return $"Row {name} is missing, expected '{value}'.";
            if (found != value) return $"Row {name} is '{found}', expected '{value}'.";
        }
        return there.Keys.Except(expected.Keys).FirstOrDefault() is { } invented ? $"Row {invented} was never written, or was removed." : null;
    }
}

/// <summary>A row's new text, or <c>null</c> if it is removed.</summary>
public sealed record RowChange(string Name, string? Value);
