using System.Buffers;
using System.Text;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>Takes events through the rules and writes down what came out, so that tests can compare texts.</summary>
internal static class Playing
{
    public static RecordSet Play(this IEnumerable<StreamEvent> events, StreamSettings settings) => new RecordSet(settings).Then(events);

    public static RecordSet Then(this RecordSet records, IEnumerable<StreamEvent> events)
    {
        foreach (var next in events) records.Apply(next);
        return records;
    }

    /// <summary>The events merged as they come, without a set that insists on seq order.</summary>
    public static IEnumerable<KeyValuePair<ObjectKey, Record>> Merge(this IEnumerable<StreamEvent> events, StreamSettings settings)
    {
        var records = new SortedDictionary<ObjectKey, Record>();
        foreach (var next in events)
        {
            var key = next.Event.Key;
            if (!records.TryGetValue(key, out var record)) records.Add(key, record = new Record(settings, key.Collection));
            record.Apply(next);
        }
        return records;
    }

    /// <summary>What apps see, a line for each object.</summary>
    public static string Show(this RecordSet records) => string.Concat(records.Visible().Select(record => $"{record.Key} {record.Fields}\n"));

    public static string Show(this IEnumerable<KeyValuePair<ObjectKey, Record>> records) => string.Concat(
        from pair in records let fields = pair.Value.Visible where fields is not null select $"{pair.Key} {fields}\n");

    /// <summary>What an app sees whose own pending events lie over <paramref name="confirmed"/>.</summary>
    public static string See(this RecordSet confirmed, IEnumerable<StreamEvent> pending)
    {
        var seen = new SortedDictionary<ObjectKey, Record>();
        foreach (var key in confirmed.Visible().Select(record => record.Key).Union(pending.Select(next => next.Event.Key)))
        {
            seen.Add(key, confirmed.TryFind(key, out var record) ? record.Copy() : new Record(confirmed.Settings, key.Collection));
        }
        foreach (var next in pending) seen[next.Event.Key].Apply(next);
        return seen.Show();
    }

    public static string MergeState(this RecordSet records)
    {
        var output = new ArrayBufferWriter<byte>();
        records.WriteMergeState(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string MergeState(this IEnumerable<KeyValuePair<ObjectKey, Record>> records)
    {
        var output = new ArrayBufferWriter<byte>();
        MergeStateWriter.Write(output, Seq.None, [.. records]);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
