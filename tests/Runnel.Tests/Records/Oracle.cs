using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>
/// The rules by the slow, obvious method: sort all events, apply them one after another. Knows nothing of the merge under test.
/// </summary>
internal sealed class Oracle
{
    private readonly StreamSettings _settings;
    private readonly List<StreamEvent> _sorted;

    private Oracle(IEnumerable<StreamEvent> events, StreamSettings settings)
    {
        _settings = settings;
        _sorted = [.. events];
        _sorted.Sort(IsCausal ? CompareStamps : CompareArrivals);
    }

    private bool IsCausal => _settings.Order == StreamOrder.Causal;

    /// <summary>What apps see after <paramref name="events"/>, a line for each object.</summary>
    public static string Show(IEnumerable<StreamEvent> events, StreamSettings settings)
    {
        var lines = from all in new[] { events.ToList() }
                    from key in all.Select(next => next.Event.Key).Distinct().OrderBy(key => key.ToString(), StringComparer.Ordinal)
                    let fields = new Oracle(all.Where(next => next.Event.Key == key), settings).Read(settings.Of(key.Collection))
                    where fields is not null
                    select $"{key} {CanonicalJson.FromObject(fields)}\n";
        return string.Concat(lines);
    }

    /// <summary>Whether the author of <paramref name="later"/> had seen <paramref name="earlier"/>.</summary>
    public static bool HadSeen(StreamEvent later, StreamEvent earlier) => earlier.Client == later.Client
        ? earlier.Event.ClientSeq < later.Event.ClientSeq
        : !later.Event.Blind && !earlier.IsPending && earlier.Seq.Value <= later.Event.PrecedingSeq.Value;

    private static int CompareStamps(StreamEvent left, StreamEvent right) =>
        (left.Event.PrecedingSeq.Value, left.Client.Value, left.Event.ClientSeq).CompareTo(
            (right.Event.PrecedingSeq.Value, right.Client.Value, right.Event.ClientSeq));

    private static int CompareArrivals(StreamEvent left, StreamEvent right) =>
        (left.IsPending ? long.MaxValue : left.Seq.Value, left.Event.ClientSeq).CompareTo(
            (right.IsPending ? long.MaxValue : right.Seq.Value, right.Event.ClientSeq));

    private Dictionary<string, CanonicalJson>? Read(CollectionSettings rules)
    {
        var (isInserted, isHidden) = (false, false);
        StreamEvent? insert = null;
        var fields = new Dictionary<FieldName, Field>();
        foreach (var next in _sorted)
        {
            switch (next.Event.Op)
            {
                case EventOp.Insert:
                    (isInserted, isHidden, insert) = (true, false, next);
                    fields.Clear();
                    foreach (var (name, delta) in next.Event.Fields.Changes) fields[name] = new Field { Base = next, Plain = Inserted(delta) };
                    break;
                case EventOp.Update:
                    if (rules.OnConcurrentDelete == ConcurrentDelete.UpdateWins) isHidden = false;
                    foreach (var (name, delta) in next.Event.Fields.Changes) Update(fields.TryGetValue(name, out var field) ? field : fields[name] = new Field(), next, delta, insert);
                    break;
                case EventOp.Delete:
                    isHidden = true;
                    break;
            }
        }
        if (!isInserted || isHidden) return null;
        var seen = fields.Where(field => rules.MergeOf(field.Key) == FieldMerge.LastWriterWins && field.Value.Read() is not null)
            .ToDictionary(field => field.Key.Value, field => field.Value.Read()!.Value);
        foreach (var name in rules.Fields.Keys)
        {
            CanonicalJson[] siblings = [.. Siblings(name, rules)];
            if (siblings.Length == 1) seen[name.Value] = siblings[0];
            if (siblings.Length > 1) seen[name.Value] = CanonicalJson.FromObject([new("$siblings", CanonicalJson.FromArray(siblings))]);
        }
        return seen;
    }

    private void Update(Field field, StreamEvent update, Delta delta, StreamEvent? insert)
    {
        switch (delta)
        {
            case Delta.SetValue set:
                (field.Base, field.Plain, field.Number, field.Set) = (update, set.Value, null, null);
                break;
            case Delta.Increment increment:
                var start = field.Base ?? insert;
                if (IsCausal && start is not null && !HadSeen(update, start)) break;
                if (field.Plain is not { } plain) field.Number = (field.Number ?? 0) + increment.Amount;
                else if (AsInteger(plain) is { } number) field.Number = (field.Number ?? number) + increment.Amount;
                break;
            case Delta.ChangeElements change when field.Plain is null or { Kind: JsonValueKind.Array }:
                field.Set ??= [.. field.Plain?.Elements().Select(element => element.ToString()) ?? []];
                field.Set.UnionWith(change.Added.Select(element => element.ToString()));
                field.Set.ExceptWith(change.Removed.Select(element => element.ToString()));
                break;
        }
    }

    /// <summary>The values that were written and that no other write of the field had seen. An insert writes every field; so does a delete that wins.</summary>
    private IEnumerable<CanonicalJson> Siblings(FieldName name, CollectionSettings rules)
    {
        List<StreamEvent> writes = [.. _sorted.Where(next => next.Event.Op switch
        {
            EventOp.Insert => true,
            EventOp.Delete => rules.OnConcurrentDelete == ConcurrentDelete.DeleteWins,
            _ => Written(next, name) is not null,
        })];
        var unseen = writes.Where(write => !writes.Any(other => HadSeen(other, write))).ToList();
        unseen.Sort(CompareStamps);
        return unseen.Select(write => Written(write, name)).OfType<Delta>().Select(Inserted);
    }

    private static Delta? Written(StreamEvent write, FieldName name) => write.Event.Fields.Changes.SingleOrDefault(change => change.Name == name).Delta;

    private static CanonicalJson Inserted(Delta delta) => delta switch
    {
        Delta.SetValue set => set.Value,
        Delta.Increment increment => CanonicalJson.Parse(increment.Amount.ToString(CultureInfo.InvariantCulture)),
        Delta.ChangeElements change => SetOf(change.Added.Select(element => element.ToString())),
        _ => throw new InvalidOperationException(),
    };

    private static CanonicalJson SetOf(IEnumerable<string> elements) =>
        CanonicalJson.Parse($"[{string.Join(',', elements.Distinct().OrderBy(element => element, StringComparer.Ordinal))}]");

    private static BigInteger? AsInteger(CanonicalJson value) =>
        BigInteger.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
        && BigInteger.Abs(integer) < BigInteger.Pow(2, 53) ? integer : null;

    private sealed class Field
    {
        public StreamEvent? Base { get; set; }
        public CanonicalJson? Plain { get; set; }
        public BigInteger? Number { get; set; }
        public HashSet<string>? Set { get; set; }

        public CanonicalJson? Read()
        {
            if (Set is not null) return SetOf(Set);
            if (Number is not { } number) return Plain;
            return CanonicalJson.FromNumber(double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        }
    }
}
