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
    /// event that has seen both; the others list no conflict. It also holds for conflicts that wait already.
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
            Stream.SettleConflicts(T.Map.Collection, [.. _objects.Keys]);
        }
    }

    /// <summary>
    /// The concurrent values that stand side by side in a property of a <c>keepAll</c> field, in an order that is the same on every device; the
    /// property reads the last. Setting it settles them. One value where nobody disagrees, none where the field is absent.
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
            if (siblings.Count < 2 || siblings.Any(sibling => sibling.By.Seq.IsNone) || siblings.MaxBy(sibling => sibling.By.Seq) is var mine && !IsMine(mine.By)) continue;
            var was = Member(Stream.Replica.WasBeforeOwn, field);
            CanonicalJson Fold(CanonicalJson settled, Sibling other) => rule.Settle(settled, other.Value, was);
            Stream.TrySettle(() => Write(key, field, siblings.Where(other => other != mine).Aggregate(mine.Value, Fold)));
        }
    }

    bool ISyncedCollection.TrySettle(KeptConflict conflict)
    {
        if (conflict.Overwrite is not { Field: { } field, Lost: Delta.SetValue lost, Rule: not OverwriteRule.Delete }) return false;
        if (conflict.Won is not { } won || !_rules.TryGetValue(field, out var rule)) return false;
        if (!IsMine(conflict.Latest)) return true;
        if (Stream.Replica.Shown(conflict.Key) is not { Exists: true } record || HasSeenBoth(record, field, conflict)) return true;
        var (mine, theirs) = conflict.Latest == conflict.Overwrite.Winner ? (won, lost.Value) : (lost.Value, won);
        return Stream.TrySettle(() => Write(conflict.Key, field, rule.Settle(mine, theirs, Member(conflict.Was, field))));
    }

    private bool IsMine(Writer writer) => writer.Stamp.Client == Stream.Replica.Client;

    /// <summary>Whether somebody who knew of both has written the field since: then there is nothing left to settle.</summary>
    private static bool HasSeenBoth(Record record, FieldName field, KeptConflict conflict) =>
        record.WriterOf(field) is { } writer && writer.Stamp.PrecedingSeq >= conflict.Latest.Seq;

    private static CanonicalJson? Member(CanonicalJson? fields, FieldName field) =>
        fields?.Members().Where(member => member.Key == field.Value).Select(member => (CanonicalJson?)member.Value).FirstOrDefault();

    private void Write(ObjectKey key, FieldName field, CanonicalJson value)
    {
        Stream.Edit(EventOp.Update, key, EventFields.Create([new FieldChange(field, Delta.Set(value))]));
    }
}
