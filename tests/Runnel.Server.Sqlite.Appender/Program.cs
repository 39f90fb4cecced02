// A process that appends until it is killed, and says on its output what was acknowledged: "acked STREAM=HEAD …", a line a commit.
using System.Buffers;
using System.Globalization;
using Runnel;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Sqlite;
using Runnel.Server.Stores;

var (directory, failures) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 256) { AutoFlush = true };
SqliteStreamStore store;
try
{
    store = await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = directory });
}
catch (StreamStoreException exception)
{
    await output.WriteLineAsync($"refused {exception.Fault}: {exception.Message}");
    return 1;
}

var author = ClientId.Parse($"process-{Environment.ProcessId}");
var task = CollectionName.Parse("task");
StreamName[] streams = [.. Enumerable.Range(0, 5).Select(i => StreamName.Parse($"stream-{i}"))];
var states = new Dictionary<StreamName, (Seq Head, long ClientSeq)>();
foreach (var stream in streams)
{
    var state = await store.LoadAsync(stream, default);
    states[stream] = (state?.Header.Head ?? Seq.None, 0);
}
await output.WriteLineAsync("open");

for (var commit = 0; failures > 0; commit++)
{
    // Sizes that fill a page, or several, or hardly any of one; not always all streams.
    var group = streams.Where((_, i) => (commit + i) % 3 > 0).Select(stream => Append(stream, 1 + commit % 4, commit % 7 * 300)).ToArray();
    try
    {
        await store.CommitAsync(group, default);
    }
    catch (StreamStoreException exception)
    {
        failures--;
        await output.WriteLineAsync($"failed {exception.Fault}: {exception.Message}");
        continue;
    }
    foreach (var append in group) states[append.Stream] = (append.ExpectedHead + append.Events.Count, states[append.Stream].ClientSeq + append.Events.Count);
    await output.WriteLineAsync("acked " + string.Join(' ', group.Select(append => $"{append.Stream}={states[append.Stream].Head}")));
}
return 3;

StreamAppend Append(StreamName stream, int events, int padding)
{
    var (head, clientSeq) = states[stream];
    return new StreamAppend
    {
        Stream = stream,
        StreamId = stream.Value,
        ExpectedHead = head,
        Header = head.IsNone ? new StreamHeader(stream, stream.Value, DateTimeOffset.UnixEpoch, StreamSettings.Default, Seq.None) : null,
        Events = [.. Enumerable.Range(1, events).Select(i => Encode(stream, head + i, clientSeq + i, head, padding))],
        Runs = [new ClientRun(author, clientSeq + 1, events, new ClientState(clientSeq + events, head, 0, null))],
    };
}

// What an event says follows from its place, so that whoever reads it can tell that it is the one.
EncodedEvent Encode(StreamName stream, Seq seq, long clientSeq, Seq head, int padding)
{
    var title = CanonicalJson.FromString($"{stream} {seq} {new string('x', padding)}");
    var fields = EventFields.Create([new FieldChange(FieldName.Parse("title"), Delta.Set(title))]);
    var buffer = new ArrayBufferWriter<byte>();
    EventCodec.Write(buffer, new StreamEvent(seq, author, DateTimeOffset.UnixEpoch, new Event(clientSeq, head, EventOp.Insert, new ObjectKey(task, ObjectId.Parse($"{seq}")), fields)));
    return new EncodedEvent(seq, buffer.WrittenMemory.ToArray());
}
