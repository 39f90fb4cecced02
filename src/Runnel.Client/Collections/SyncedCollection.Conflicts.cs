using System.Linq.Expressions;
using Runnel.Client.Collections;
using Runnel.Client.Conflicts;
using Runnel.Client.Models;
using Runnel.Client.Replica;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>What becomes of concurrent edits.</summary>
public sealed partial class SyncedCollection<T>
{
    private readonly Dictionary<FieldName, ConflictRule> _rules = [];

    /// <summary>The conflicts about these objects that have been neither restored nor dismissed, oldest first.</summary>
    public IReadOnlyList<Conflict> Conflicts => [.. Stream.Conflicts.Where(conflict => conflict.Key.Collection == T.Map.Collection)];

    /// <summary>
    /// Settles concurrent values of a property by a rule of the app's, which gets this device's value, the other's, and what this device had
    /// seen before (the type's default where that is not known). The device whose event came last runs it, once, and publishes the result as an
    /// event that has seen both; the others list no conflict. It also holds for conflicts that wait already. Where a <c>keepAll</c> field holds values
    /// side by side, every device shows what the rule makes of them until somebody has settled them.
    /// </summary>
    /// <param name="property">The property: <c>task => task.Title</c>.</param>
    /// <param name="rule">The rule. It is called while edits wait for it: it computes, and neither waits nor edits. If it throws, the conflict stays listed.</param>
    /// <exception cref="ArgumentException"><paramref name="property"/> is no synced property, or merges by itself.</exception>
    public void OnConflict<TValue>(Expression<Func<T, TValue>> property, Func<TValue, TValue, TValue, TValue> rule)
    {
        var (field, values) = FieldSelector.Find(property);
        lock (Gate)
        {
            _rules[field.Name] = new ConflictRule<TValue>(values, rule);
            foreach (var key in _objects.Keys.ToList()) Refresh(key);
            Stream.SettleConflicts(T.Map.Collection, [.. _objects.Keys]);
        }
    }

    /// <summary>
    /// The concurrent values that stand side by side in a property of a <c>keepAll</c> field, in an order that is the same on every device; the
    /// property reads what a rule of <see cref="OnConflict"/> makes of them, else the last. Setting it settles them. One value where nobody disagrees, none where the field is absent.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="property"/> is no synced property, or merges by itself.</exception>
    public IReadOnlyList<TValue> SiblingsOf<TValue>(T model, Expression<Func<T, TValue>> property)
    {
        var (field, values) = FieldSelector.Find(property);
        lock (Gate)
        {
            if (!Holds(model, out var key) || Stream.Replica.Shown(key) is not { } record) return [];
            if (record.SiblingsOf(field.Name) is { Count: > 0 } siblings) return [.. siblings.Select(sibling => values.ReadValue(sibling.Value))];
            return record.TryRead(field.Name, out var value) ? [values.ReadValue(value)] : [];
        }
    }

    void ISyncedCollection.SettleSiblings(ObjectKey key)
    {
        if (_rules.Count == 0 || Stream.Replica.Shown(key) is not { Exists: true } record) return;
        foreach (var (field, rule) in _rules)
        {
            var siblings = record.SiblingsOf(field);
            // The event that came last has met the others here; its author settles, so that nobody else does.
            if (siblings.Count < 2 || siblings.Any(sibling => sibling.By.Seq.IsNone) || !IsMine(siblings.MaxBy(sibling => sibling.By.Seq).By)) continue;
            Stream.TrySettle(() => Write(key, field, Fold(rule, siblings, Member(Stream.Replica.WasBeforeOwn, field))));
        }
    }

    bool ISyncedCollection.TrySettle(KeptConflict conflict)
    {
        if (conflict.Overwrite is not { Field: { } field, Lost: Delta.SetValue lost, Rule: not OverwriteRule.Delete }) return false;
        if (conflict.Won is not { } won || !_rules.TryGetValue(field, out var rule)) return false;
        if (!IsMine(conflict.Latest)) return true;
        if (Stream.Replica.Shown(conflict.Key) is not { Exists: true } record) return true;
        var (mine, theirs) = conflict.Latest == conflict.Overwrite.Winner ? (won, lost.Value) : (lost.Value, won);
        var was = Member(conflict.Was, field);
        CanonicalJson? Fold(CanonicalJson? settled, CanonicalJson? since) => since is null || since == mine || since == theirs ? settled : rule.Settle(settled, since, was);
        return Stream.TrySettle(() => Write(conflict.Key, field, Fold(Fold(rule.Settle(mine, theirs, was), PendingOf(conflict.Key, field)), StandingOf(record, field))!.Value));
    }

    /// <summary>
    /// What the property reads while nobody has settled the values: whoever writes on the sight of one alone would settle them without the others.
    /// </summary>
    private CanonicalJson ReadSiblings(FieldName field, IReadOnlyList<Sibling> siblings)
    {
        var read = siblings[^1].Value;
        if (_rules.TryGetValue(field, out var rule)) Stream.TrySettle(() => read = Fold(rule, siblings, was: null));
        return read;
    }

    /// <summary>The value that came last, or waits to be sent, with the others folded into it.</summary>
    private static CanonicalJson Fold(ConflictRule rule, IReadOnlyList<Sibling> siblings, CanonicalJson? was)
    {
        var last = siblings.MaxBy(sibling => sibling.By.Seq.IsNone ? long.MaxValue : sibling.By.Seq.Value);
        return siblings.Where(other => other != last).Aggregate(last.Value, (settled, other) => rule.Settle(settled, other.Value, was));
    }

    private bool IsMine(Writer writer) => writer.Stamp.Client == Stream.Replica.Client;

    bool ISyncedCollection.IsSettled(KeptConflict conflict) =>
        conflict.Overwrite.Field is { } field && _rules.ContainsKey(field)
        && Stream.Replica.Shown(conflict.Key)?.WriterOf(field) is { } writer && IsMine(writer) && writer.Stamp.PrecedingSeq >= conflict.Latest.Seq;

    /// <summary>What this device has written last of the field, if that has not come back: the result must not pass over it.</summary>
    private CanonicalJson? PendingOf(ObjectKey key, FieldName field) => Stream.Replica.Outbox.Of(key)
        .SelectMany(pending => pending.Draft.Fields.Changes).Where(change => change.Name == field).Select(change => change.Delta).OfType<Delta.SetValue>().LastOrDefault()?.Value;

    /// <summary>What stands in the field now, perhaps on top of one of the sides: nor over this.</summary>
    private static CanonicalJson? StandingOf(Record record, FieldName field) => record.TryRead(field, out var value) ? value : null;

    private static CanonicalJson? Member(CanonicalJson? fields, FieldName field) =>
        fields?.Members().Where(member => member.Key == field.Value).Select(member => (CanonicalJson?)member.Value).FirstOrDefault();

    private void Write(ObjectKey key, FieldName field, CanonicalJson value)
    {
        Stream.Edit(EventOp.Update, key, EventFields.Create([new FieldChange(field, Delta.Set(value))]));
    }
}
