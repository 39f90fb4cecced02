using System.Globalization;
using System.Numerics;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>
/// What apps must see of one object, found in the slowest, plainest way: all its deeds are sorted and done one after another. It shares
/// no code with the product.
/// </summary>
internal sealed class VisibleObject
{
    // Beyond it a double is no longer exact, and a field is no counter.
    private static readonly BigInteger IntegerLimit = BigInteger.Pow(2, 53);

    private readonly List<Deed> _deeds;
    private readonly MergeRules _rules;
    private readonly bool _updateWins;
    private readonly IReadOnlyCollection<string> _keepAll;
    private readonly SortedDictionary<string, Field> _fields = new(StringComparer.Ordinal);
    private bool _isInserted, _isHidden;
    private Deed? _insert;

    private VisibleObject(IEnumerable<Deed> deeds, MergeRules rules, string collection)
    {
        _rules = rules;
        (_updateWins, _keepAll) = (rules.UpdateWins(collection), rules.KeepAll(collection));
        _deeds = [.. deeds];
        _deeds.Sort(rules.IsTotal ? CompareArrivals : CompareStamps);
        foreach (var deed in _deeds) Do(deed);
    }

    /// <summary>The object's fields after <paramref name="deeds"/>, as canonical JSON each; <c>null</c> if it does not exist.</summary>
    public static IReadOnlyDictionary<string, string>? After(IEnumerable<Deed> deeds, MergeRules rules, string collection) =>
        new VisibleObject(deeds, rules, collection).Read();

    /// <summary>Fields as one JSON object.</summary>
    public static string? ToJson(IReadOnlyDictionary<string, string>? fields) =>
        fields is null ? null : $"{{{string.Join(',', fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"\"{field.Key}\":{field.Value}"))}}}";

    private static int CompareStamps(Deed left, Deed right)
    {
        if (left.PrecedingSeq != right.PrecedingSeq) return left.PrecedingSeq.CompareTo(right.PrecedingSeq);
        var clients = string.CompareOrdinal(left.Client, right.Client);
        return clients != 0 ? clients : left.ClientSeq.CompareTo(right.ClientSeq);
    }

    private static int CompareArrivals(Deed left, Deed right) =>
        left.Seq != right.Seq ? left.Seq.CompareTo(right.Seq) : left.ClientSeq.CompareTo(right.ClientSeq);

    private void Do(Deed deed)
    {
        switch (deed.Op)
        {
            case "insert":
                (_isInserted, _isHidden, _insert) = (true, false, deed);
                _fields.Clear();
                foreach (var (name, change) in deed.Changes) _fields[name] = new Field { Base = deed, Plain = Inserted(change) };
                break;
            case "update":
                if (_updateWins) _isHidden = false;
                foreach (var (name, change) in deed.Changes)
                {
                    if (!_fields.TryGetValue(name, out var field)) _fields.Add(name, field = new Field());
                    Update(field, deed, change);
                }
                break;
            default: _isHidden = true; break;
        }
    }

    private void Update(Field field, Deed deed, Change change)
    {
        switch (change)
        {
            case Change.Set set: (field.Base, field.Plain, field.Number, field.Elements) = (deed, set.Json, null, null); break;
            case Change.Add add when (field.Base ?? _insert) is not { } start || _rules.IsTotal || deed.HadSeen(start): Add(field, add.Amount); break;
            case Change.Elements elements when field.Plain is null || field.Plain.StartsWith('['):
                field.Elements ??= [.. (field.Plain is null ? null : Change.ElementsOf(field.Plain)) ?? []];
                field.Elements.UnionWith(elements.Added);
                field.Elements.ExceptWith(elements.Removed);
                break;
        }
    }

    private static void Add(Field field, long amount)
    {
        if (field.Plain is not { } plain) field.Number = (field.Number ?? 0) + amount;
        else if (BigInteger.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && BigInteger.Abs(number) < IntegerLimit) field.Number = (field.Number ?? number) + amount;
    }

    private Dictionary<string, string>? Read()
    {
        if (!_isInserted || _isHidden) return null;
        var seen = new Dictionary<string, string>();
        foreach (var (name, field) in _fields)
        {
            if (!_keepAll.Contains(name) && field.Read() is { } value) seen[name] = value;
        }
        foreach (var name in _keepAll)
        {
            var siblings = Siblings(name).ToList();
            if (siblings.Count == 1) seen[name] = siblings[0];
            if (siblings.Count > 1) seen[name] = $"{{\"$siblings\":[{string.Join(',', siblings)}]}}";
        }
        return seen;
    }

    /// <summary>The values that were written and that no other write of the field had seen. An insert writes every field; so does a delete that wins.</summary>
    private IEnumerable<string> Siblings(string name)
    {
        var writes = _deeds.Where(deed => deed.Op switch
        {
            "insert" => true,
            "delete" => !_updateWins,
            _ => deed.Changes.ContainsKey(name),
        }).ToList();
        var unseen = writes.Where(write => !writes.Exists(other => other.HadSeen(write))).ToList();
        unseen.Sort(CompareStamps);
        return unseen.Where(write => write.Changes.ContainsKey(name)).Select(write => Inserted(write.Changes[name]));
    }

    private static string Inserted(Change change) => change switch
    {
        Change.Set set => set.Json,
        Change.Add add => add.Amount.ToString(CultureInfo.InvariantCulture),
        Change.Elements elements => Change.ToArray(elements.Added),
        _ => "null",
    };

    private sealed class Field
    {
        public Deed? Base { get; set; }
        public string? Plain { get; set; }
        public BigInteger? Number { get; set; }
        public HashSet<string>? Elements { get; set; }

        public string? Read() => Elements is not null ? Change.ToArray(Elements) : Number?.ToString(CultureInfo.InvariantCulture) ?? Plain;
    }
}
