using System.Buffers;
using System.Text;
using Runnel.Protocol;

namespace Runnel.Benchmarks.Replicas;

/// <summary>A stream of tasks as its author would have made it, in the bytes that a server keeps. Each run makes the same.</summary>
internal sealed class History
{
    // A server fills its frames to about this size.
    private const int FrameBytes = 64 * 1024;

    private static readonly ClientId Author = ClientId.Parse("author");
    private static readonly CollectionName Collection = CollectionName.Parse("todoTask");

    private readonly List<ReadOnlyMemory<byte>> _events = [];

    public static StreamName Stream { get; } = StreamName.Parse("todo:bench");

    public IReadOnlyList<ReadOnlyMemory<byte>> Events => _events;

    /// <summary>So many tasks, each inserted once.</summary>
    public static History OfTasks(int tasks)
    {
        var history = new History();
        for (var i = 0; i < tasks; i++)
        {
            history.Add(EventOp.Insert, i, ("title", CanonicalJson.FromString(TitleOf(i))), ("completed", CanonicalJson.FromBoolean(false)));
        }
        return history;
    }

    public static ObjectKey KeyOf(int task) => new(Collection, ObjectId.Parse($"01900000-0000-7000-8000-{task:x12}"));

    /// <summary>A title of some thirty characters, in no order.</summary>
    public static string TitleOf(int number) => $"{(uint)number * 2_654_435_761 % 1_000_000:000000} water the plants, number {number}";

    /// <summary>The frames in which a server hands the stream out.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Frames(Seq after)
    {
        for (var from = (int)after.Value; from < _events.Count;)
        {
            var (to, bytes) = (from, 0);
            do bytes += _events[to++].Length;
            while (to < _events.Count && bytes + _events[to].Length < FrameBytes);
            yield return Frame(from, to);
            from = to;
        }
    }

    public ReadOnlyMemory<byte> Frame(int from, int to)
    {
        var frame = new ArrayBufferWriter<byte>(FrameBytes + 1024);
        EventFrame.WriteEvents(frame, Stream, new Seq(from + 1), new Seq(to), _events[from..to]);
        return frame.WrittenMemory;
    }

    public void Add(StreamEvent stored)
    {
        var bytes = new ArrayBufferWriter<byte>();
        EventCodec.Write(bytes, stored);
        _events.Add(bytes.WrittenMemory);
    }

    private void Add(EventOp op, int task, params IEnumerable<(string Name, CanonicalJson Value)> fields)
    {
        var seq = new Seq(_events.Count + 1);
        var changes = EventFields.Create(fields.Select(field => new FieldChange(FieldName.Parse(field.Name), Delta.Set(field.Value))));
        Add(new StreamEvent(seq, Author, DateTimeOffset.UnixEpoch, new Event(seq.Value, new Seq(seq.Value - 1), op, KeyOf(task), changes)));
    }
}
