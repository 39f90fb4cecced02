using System.Buffers;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Cli.Bench.Ways;

/// <summary>Runnel's way: each edit is a small event that the server numbers and everybody merges, its author too.</summary>
internal sealed class DeltaWay(int device) : IWay
{
    private static readonly StreamName Stream = StreamName.Parse("todo:home");
    private static readonly CollectionName Task = CollectionName.Parse("task");

    private readonly RecordSet _records = new(StreamSettings.Default);
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private Seq _head;
    private long _clientSeq;

    public string Name => "deltas";

    public bool ReturnsToAuthor => true;

    public byte[] Make(TodoEdit edit)
    {
        var fields = EventFields.Create(edit.Fields.Select(field => new FieldChange(FieldName.Parse(field.Key), Delta.Set(field.Value))));
        var draft = new EventDraft(++_clientSeq, _records.Head, edit.Op, new ObjectKey(Task, ObjectId.Parse(edit.Id)), fields);
        _buffer.ResetWrittenCount();
        ClientMessageCodec.Write(_buffer, new ClientMessage.Publish(_clientSeq, Stream, [draft], $"{device:x16}"));
        return _buffer.WrittenSpan.ToArray();
    }

    public byte[] Relay(byte[] sent)
    {
        var publish = (ClientMessage.Publish)ClientMessageCodec.Parse(sent);
        var author = ClientId.Parse($"device-{publish.Nonce}");
        _buffer.ResetWrittenCount();
        EventCodec.Write(_buffer, new StreamEvent(_head.Next, author, DateTimeOffset.UnixEpoch, publish.Events[0].Complete(1, _head)));
        var frame = FeedFrame.Build(Stream, _head, _head.Next, [new EncodedEvent(_head.Next, _buffer.WrittenSpan.ToArray())]);
        _head = _head.Next;
        return frame.Json.ToArray();
    }

    public void Take(byte[] relayed)
    {
        foreach (var arrived in ((ServerMessage.Events)ServerMessageCodec.Parse(relayed)).Items) _records.Apply(arrived);
    }
}
