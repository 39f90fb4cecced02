using System.Buffers;
using System.Text;
using System.Text.Json;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Faults.Worker;

/// <summary>Makes groups for a store, no two of which say the same. One author has one lifetime of the store.</summary>
public sealed class StoreAuthor(string name, int seed)
{
    private const int Streams = 4;

    private readonly ClientId _author = ClientId.Parse(name);
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, int> _own = [];
    private int _attempts;

    /// <summary>Makes the next group on top of what <paramref name="oracle"/> holds.</summary>
    public (IReadOnlyList<StoreChange> Changes, IReadOnlyList<StreamAppend> Group) Next(StoreOracle oracle, int padding = 0)
    {
        _attempts++;
        var changes = new List<StoreChange>();
        var group = new List<StreamAppend>();
        for (var i = 0; i < Streams; i++)
        {
            var stream = $"stream-{i}";
            if (_random.Next(3) == 0 && (i > 0 || group.Count > 0)) continue;
            var isRemoved = i == 3 && oracle.Holds(stream) && _random.Next(8) == 0;
            // Sizes that fill a page, or several, or hardly any of one.
            var (append, events) = isRemoved ? (Remove(stream, oracle), null) : Append(stream, oracle, _random.Next(1, 4), padding + _random.Next(4) * 900);
            group.Add(append);
            changes.Add(new StoreChange(stream, events));
        }
        return (changes, group);
    }

    /// <summary>The group of <see cref="Next"/> is stored.</summary>
    public void Take(IReadOnlyList<StoreChange> changes)
    {
        foreach (var (stream, events) in changes)
        {
            if (events is null) _own.Remove(stream);
            else _own[stream] = _own.GetValueOrDefault(stream) + events.Count;
        }
    }

    /// <summary>Who made an event.</summary>
    public static string AuthorOf(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return parsed.RootElement.GetProperty("client").GetString()!;
    }

    private static StreamAppend Remove(string stream, StoreOracle oracle) =>
        new() { Stream = StreamName.Parse(stream), StreamId = stream, ExpectedHead = new Seq(oracle.CountOf(stream)), IsDelete = true };

    private (StreamAppend Append, IReadOnlyList<string>? Events) Append(string name, StoreOracle oracle, int count, int padding)
    {
        var (stream, head, own) = (StreamName.Parse(name), new Seq(oracle.CountOf(name)), _own.GetValueOrDefault(name));
        var events = Enumerable.Range(1, count).Select(i => Encode(name, head + i, own + i, head, padding)).ToArray();
        var append = new StreamAppend
        {
            Stream = stream,
            StreamId = name,
            ExpectedHead = head,
            Header = oracle.Holds(name) ? null : new StreamHeader(stream, name, DateTimeOffset.UnixEpoch, StreamSettings.Default, Seq.None),
            Events = events,
            Runs = [new ClientRun(_author, own + 1, count, new ClientState(own + count, head, 0, null))],
        };
        return (append, [.. events.Select(encoded => Encoding.UTF8.GetString(encoded.Json.Span))]);
    }

    private EncodedEvent Encode(string stream, Seq seq, long clientSeq, Seq head, int padding)
    {
        var title = CanonicalJson.FromString($"{stream} {seq} {_author} {_attempts} {new string('x', padding)}");
        var fields = EventFields.Create([new FieldChange(FieldName.Parse("title"), Delta.Set(title))]);
        var key = new ObjectKey(CollectionName.Parse("task"), ObjectId.Parse($"{seq}"));
        var buffer = new ArrayBufferWriter<byte>();
        EventCodec.Write(buffer, new StreamEvent(seq, _author, DateTimeOffset.UnixEpoch, new Event(clientSeq, head, EventOp.Insert, key, fields)));
        return new EncodedEvent(seq, buffer.WrittenMemory.ToArray());
    }
}
