using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Runnel.Records;

/// <summary>In which order a stream's events take effect.</summary>
public enum StreamOrder
{
    /// <summary>By stamp: what an author had seen decides.</summary>
    Causal,

    /// <summary>By seq: the last to arrive wins.</summary>
    Total,
}

/// <summary>What becomes of an object that one author deletes while another updates it.</summary>
public enum ConcurrentDelete
{
    /// <summary>Only a later insert brings the object back.</summary>
    DeleteWins,

    /// <summary>An update brings the object back, if its stamp is later.</summary>
    UpdateWins,
}

/// <summary>What becomes of concurrent writes of one field.</summary>
public enum FieldMerge
{
    /// <summary>The last write, in the stream's order, stands.</summary>
    LastWriterWins,

    /// <summary>All writes that no other write had seen stand, as siblings.</summary>
    KeepAll,
}

/// <summary>How the objects of one collection merge. Never changes.</summary>
/// <param name="OnConcurrentDelete">What a delete does against concurrent updates.</param>
/// <param name="Fields">The fields that do not merge by <see cref="FieldMerge.LastWriterWins"/>.</param>
public sealed record CollectionSettings(ConcurrentDelete OnConcurrentDelete, IReadOnlyDictionary<FieldName, FieldMerge> Fields)
{
    /// <summary>Deletes win, and so does the last writer of each field.</summary>
    public static CollectionSettings Default { get; } = new(ConcurrentDelete.DeleteWins, new Dictionary<FieldName, FieldMerge>());

    /// <summary>How <paramref name="field"/> merges.</summary>
    public FieldMerge MergeOf(FieldName field) => Fields.GetValueOrDefault(field, FieldMerge.LastWriterWins);

    /// <summary>Whether an event may carry <paramref name="change"/>: <c>$inc</c>, <c>$add</c> and <c>$remove</c> mean nothing where all writes are kept.</summary>
    public bool Allows(FieldChange change) => change.Delta is Delta.SetValue || MergeOf(change.Name) != FieldMerge.KeepAll;
}

/// <summary>How a stream's records merge, fixed when it is created. Two settings that say the same, defaults filled in, are equal. Never changes.</summary>
public sealed class StreamSettings : IEquatable<StreamSettings>
{
    private readonly Dictionary<CollectionName, CollectionSettings> _collections;

    /// <summary>Makes settings; rules that say the default are dropped.</summary>
    public StreamSettings(StreamOrder order, IEnumerable<KeyValuePair<CollectionName, CollectionSettings>> collections)
    {
        Order = order;
        _collections = collections
            .Select(pair => KeyValuePair.Create(pair.Key, WithoutDefaults(pair.Value)))
            .Where(pair => pair.Value.OnConcurrentDelete != ConcurrentDelete.DeleteWins || pair.Value.Fields.Count > 0)
            .ToDictionary();
        Wire = ToWire();
    }

    /// <summary>Causal order, deletes win, the last writer of each field wins.</summary>
    public static StreamSettings Default { get; } = new(StreamOrder.Causal, []);

    /// <summary>In which order events take effect.</summary>
    public StreamOrder Order { get; }

    /// <summary>The collections with rules of their own.</summary>
    public IReadOnlyDictionary<CollectionName, CollectionSettings> Collections => _collections;

    /// <summary>The settings as the protocol writes them, in canonical form, without what is the default.</summary>
    public CanonicalJson Wire { get; }

    /// <summary>How <paramref name="collection"/> merges.</summary>
    public CollectionSettings Of(CollectionName collection) => _collections.GetValueOrDefault(collection, CollectionSettings.Default);

    /// <summary>Reads settings, or says in <paramref name="error"/> what is wrong with them. Unknown members are errors: they could change the merge.</summary>
    public static bool TryParse(CanonicalJson wire, [NotNullWhen(true)] out StreamSettings? settings, [NotNullWhen(false)] out string? error)
    {
        settings = null;
        try
        {
            settings = Parse(wire);
            error = null;
            return true;
        }
        catch (FormatException exception)
        {
            error = exception.Message;
            return false;
        }
    }

    /// <summary>Reads settings.</summary>
    /// <exception cref="FormatException">They say something that this version does not know.</exception>
    public static StreamSettings Parse(CanonicalJson wire)
    {
        var order = StreamOrder.Causal;
        var collections = new List<KeyValuePair<CollectionName, CollectionSettings>>();
        foreach (var (key, value) in ObjectMembers(wire, "Settings"))
        {
            switch (key)
            {
                case "order":
                    order = Choose(key, value, ("causal", StreamOrder.Causal), ("total", StreamOrder.Total));
                    break;
                case "collections":
                    collections.AddRange(ObjectMembers(value, key).Select(member => KeyValuePair.Create(ParseName(member.Key), ParseCollection(member.Value))));
                    break;
                default: throw Unknown(key);
            }
        }
        return new StreamSettings(order, collections);
    }

    /// <summary>
    /// Whether a stream with these settings may take on <paramref name="wanted"/>: they are equal, or it only adds rules for
    /// collections and fields that no event has named yet. A rule is never taken back: another app may count on it.
    /// </summary>
    /// <param name="wanted">The settings asked for.</param>
    /// <param name="isNamed">Whether an event has named the collection or, if a field is given, that field of it.</param>
    public bool MayBecome(StreamSettings wanted, Func<CollectionName, FieldName?, bool> isNamed)
    {
        if (Order != wanted.Order) return false;
        foreach (var collection in _collections.Keys.Union(wanted._collections.Keys))
        {
            var (mine, theirs) = (Of(collection), wanted.Of(collection));
            if (mine.OnConcurrentDelete != theirs.OnConcurrentDelete && (mine.OnConcurrentDelete == ConcurrentDelete.UpdateWins || isNamed(collection, null))) return false;
            if (mine.Fields.Keys.Except(theirs.Fields.Keys).Any()) return false;
            if (theirs.Fields.Keys.Except(mine.Fields.Keys).Any(field => isNamed(collection, field))) return false;
        }
        return true;
    }

    /// <summary>Whether both say the same, defaults filled in.</summary>
    public bool Equals(StreamSettings? other) => other is not null && Wire == other.Wire;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamSettings);

    /// <inheritdoc/>
    public override int GetHashCode() => Wire.GetHashCode();

    /// <summary>The settings as canonical JSON.</summary>
    public override string ToString() => Wire.ToString();

    private static CollectionSettings ParseCollection(CanonicalJson wire)
    {
        var onConcurrentDelete = ConcurrentDelete.DeleteWins;
        var fields = new Dictionary<FieldName, FieldMerge>();
        foreach (var (key, value) in ObjectMembers(wire, "A collection's settings"))
        {
            switch (key)
            {
                case "onConcurrentDelete":
                    onConcurrentDelete = Choose(key, value, ("deleteWins", ConcurrentDelete.DeleteWins), ("updateWins", ConcurrentDelete.UpdateWins));
                    break;
                case "fields":
                    foreach (var (name, rule) in ObjectMembers(value, key))
                    {
                        if (!FieldName.TryParse(name, out var field)) throw new FormatException($"\"{Excerpt.Of(name)}\" is no field name.");
                        fields.Add(field, Choose(name, rule, ("lastWriterWins", FieldMerge.LastWriterWins), ("keepAll", FieldMerge.KeepAll)));
                    }
                    break;
                default: throw Unknown(key);
            }
        }
        return new CollectionSettings(onConcurrentDelete, fields);
    }

    private static IEnumerable<KeyValuePair<string, CanonicalJson>> ObjectMembers(CanonicalJson value, string what) =>
        value.Kind == JsonValueKind.Object ? value.Members() : throw new FormatException($"{what} must be a JSON object, not {Excerpt.Of(value.ToString())}.");

    private static CollectionName ParseName(string text) =>
        CollectionName.TryParse(text, out var name) ? name : throw new FormatException($"\"{Excerpt.Of(text)}\" is no collection name.");

    private static T Choose<T>(string key, CanonicalJson value, params ReadOnlySpan<(string Word, T Meaning)> choices)
    {
        value.TryGetString(out var word);
        foreach (var choice in choices)
        {
            if (choice.Word == word) return choice.Meaning;
        }
        throw new FormatException($"\"{key}\" is \"{choices[0].Word}\" or \"{choices[1].Word}\", not {Excerpt.Of(value.ToString())}.");
    }

    private static FormatException Unknown(string key) => new($"Settings know no \"{Excerpt.Of(key)}\".");

    private static CollectionSettings WithoutDefaults(CollectionSettings settings) =>
        settings with { Fields = settings.Fields.Where(rule => rule.Value != FieldMerge.LastWriterWins).ToDictionary() };

    private CanonicalJson ToWire()
    {
        var members = new List<KeyValuePair<string, CanonicalJson>> { new("order", Word(Order == StreamOrder.Causal ? "causal" : "total")) };
        if (_collections.Count > 0)
        {
            members.Add(new("collections", CanonicalJson.FromObject(_collections.Select(pair => KeyValuePair.Create(pair.Key.Value, ToWire(pair.Value))))));
        }
        return CanonicalJson.FromObject(members);
    }

    private static CanonicalJson ToWire(CollectionSettings settings)
    {
        var members = new List<KeyValuePair<string, CanonicalJson>>();
        if (settings.OnConcurrentDelete == ConcurrentDelete.UpdateWins) members.Add(new("onConcurrentDelete", Word("updateWins")));
        if (settings.Fields.Count > 0)
        {
            members.Add(new("fields", CanonicalJson.FromObject(settings.Fields.Keys.Select(field => KeyValuePair.Create(field.Value, Word("keepAll"))))));
        }
        return CanonicalJson.FromObject(members);
    }

    private static CanonicalJson Word(string word) => CanonicalJson.FromString(word);
}
