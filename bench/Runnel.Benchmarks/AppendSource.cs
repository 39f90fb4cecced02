using System.Text;
using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Benchmarks;

/// <summary>Appends as homes would make them, of one event each, to streams in turn.</summary>
internal sealed class AppendSource(int streams, int eventBytes)
{
    private static readonly ClientId Client = ClientId.Parse("benchmark");

    private readonly byte[] _event = Encoding.ASCII.GetBytes($$"""{"text":"{{new string('x', eventBytes - 11)}}"}""");
    private readonly StreamName[] _names = [.. Enumerable.Range(0, streams).Select(i => StreamName.Parse($"stream-{i}"))];
    private readonly Seq[] _heads = new Seq[streams];
    private int _next;

    /// <summary>Creates every stream.</summary>
    public IEnumerable<StreamAppend> Create() =>
        _names.Select(name => new StreamAppend
        {
            Stream = name,
            StreamId = name.Value,
            ExpectedHead = Seq.None,
            Header = new StreamHeader(name, name.Value, DateTimeOffset.UnixEpoch, StreamSettings.Default, Seq.None),
        });

    /// <summary>The next <paramref name="count"/> events, spread over as many streams as there are.</summary>
    public StreamAppend[] Next(int count)
    {
        var perStream = (count + streams - 1) / streams;
        var group = new List<StreamAppend>();
        for (; count > 0; count -= perStream) group.Add(Append(_next++ % streams, Math.Min(perStream, count)));
        return [.. group];
    }

    private StreamAppend Append(int stream, int events)
    {
        var head = _heads[stream];
        _heads[stream] = head + events;
        return new StreamAppend
        {
            Stream = _names[stream],
            StreamId = _names[stream].Value,
            ExpectedHead = head,
            Events = [.. Enumerable.Range(1, events).Select(i => new EncodedEvent(head + i, _event))],
            Runs = [new ClientRun(Client, head.Value + 1, events, new ClientState(head.Value + events, head, 0, null))],
        };
    }
}
