using System.Buffers;
using System.Text;
using System.Text.Json;
using Runnel.AspNetCore.Publishing;
using Runnel.AspNetCore.Reading;
using Runnel.Client.Connection;
using Runnel.Client.LocalStore;
using Runnel.Client.Outbox;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Sqlite.Files;
using Runnel.Server.Sqlite.Journal;
using Runnel.Server.Stores;
using ReplicaState = Runnel.Client.Replica.StreamState;

namespace Runnel.Fuzz.Tests;

/// <summary>Something that reads bytes of others.</summary>
/// <param name="Name">The folder of its inputs.</param>
/// <param name="Read">
/// Reads the bytes; answers what it made of them, written again, or <c>null</c> if it refused them. It throws nothing but
/// <see cref="FormatException"/> and what <paramref name="Refusal"/> says.
/// </param>
/// <param name="Refusal">The exception that means a refusal, besides.</param>
internal sealed record Target(string Name, Func<byte[], byte[]?> Read, Type? Refusal = null)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new("json", bytes => CanonicalJson.TryParse(bytes, out var value, out _) ? value.Utf8.ToArray() : null),
        new("event-draft", bytes => EventCodec.TryParseDraft(bytes, out var draft, out _) ? Write(output => EventCodec.Write(output, draft)) : null),
        new("event-stored", bytes => Write(output => EventCodec.Write(output, EventCodec.ParseStored(bytes)))),
        new("client-message", ReadClientMessage),
        new("server-message", ReadServerMessage),
        new("publish-body", bytes => PublishBody.TryRead(bytes, StreamName.Parse("notes"), out _, out _) ? [] : null),
        new("import-line", bytes => ImportLine.TryParse(bytes, 1, out _, out _) ? [] : null),
        new("settings", bytes => CanonicalJson.TryParse(bytes, out var value, out _) && StreamSettings.TryParse(value, out var settings, out _) ? settings.Wire.Utf8.ToArray() : null),
        new("merge-state", bytes => Write(RecordSet.ReadMergeState(StreamSettings.Default, bytes).WriteMergeState)),
        new("names", ReadNames),
        new("ranges", ReadRanges),
        new("journal-directory", ReadDirectory),
        new("journal-events", ReadEvents),
        new("journal-mark", bytes => SyncedMark.Parse(Encoding.UTF8.GetString(bytes)) is { } mark ? Encoding.ASCII.GetBytes($"{mark.Commit} {mark.Chain}") : null),
        new("row-pending", bytes => PendingEventCodec.Write(PendingEventCodec.Read(1, bytes)).ToArray()),
        new("row-outbox", ReadOutbox),
        new("row-conflict", bytes => ConflictCodec.Write(ConflictCodec.Read(1, bytes)).ToArray()),
        new("row-stream", bytes => ReplicaState.Read(bytes).Write().ToArray()),
        new("row-client", bytes => ClientIdentity.Read(bytes).Write().Value!.Value.ToArray(), typeof(LocalStoreException)),
        new("row-record", ReadRecord),
    ];

    private static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[]? ReadClientMessage(byte[] bytes)
    {
        var message = ClientMessageCodec.Parse(bytes);
        return message is ClientMessage.Unreadable ? null : Write(output => ClientMessageCodec.Write(output, message));
    }

    // Frames of events are put together from stored bytes, and never written from a message.
    private static byte[]? ReadServerMessage(byte[] bytes)
    {
        var message = ServerMessageCodec.Parse(bytes);
        return message is ServerMessage.Events or ServerMessage.Fetched ? [] : Write(output => ServerMessageCodec.Write(output, message));
    }

    private static byte[]? ReadNames(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        string?[] names = [
            StreamName.TryParse(text, out var stream) ? stream.Value : null,
            ClientId.TryParse(text, out var client) ? client.Value : null,
            CollectionName.TryParse(text, out var collection) ? collection.Value : null,
            FieldName.TryParse(text, out var field) ? field.Value : null,
            ObjectId.TryParse(text, out var id) ? id.Value : null,
        ];
        Assert.All(names, name => Assert.True(name is null || name == text));
        return names.All(name => name is null) ? null : bytes;
    }

    private static byte[]? ReadRanges(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        _ = SeqRanges.TryParse(text, out _, out _);
        return SeqSet.TryParse(text, out var set, out _) ? Encoding.ASCII.GetBytes(set.ToString()) : null;
    }

    private static byte[] ReadDirectory(byte[] bytes)
    {
        // The first two bytes say how many bytes of events there are.
        var eventBytes = bytes.Length < 2 ? 0 : bytes[0] | (bytes[1] << 8);
        var entries = new DirectoryCodec().Read(bytes.AsSpan(Math.Min(2, bytes.Length)), eventBytes);
        var writer = new ByteWriter();
        DirectoryCodec.Write(writer, entries);
        return [.. bytes.AsSpan(0, 2), .. writer.Written];
    }

    private static byte[] ReadEvents(byte[] bytes)
    {
        var events = new List<EncodedEvent>();
        EventBlockCodec.Read(bytes, Seq.None.Next, Seq.None, events);
        var writer = new ByteWriter();
        EventBlockCodec.Write(writer, events);
        return writer.Written.ToArray();
    }

    // Whatever event is accepted can be put into the outbox, and is found there.
    private static byte[]? ReadOutbox(byte[] bytes)
    {
        if (!EventCodec.TryParseDraft(bytes, out var draft, out _)) return null;
        var row = PendingEventCodec.Write(new Runnel.Client.Outbox.PendingEvent(1, draft, null));
        try
        {
            return Write(output => EventCodec.Write(output, PendingEventCodec.Read(1, row.Span).Draft));
        }
        catch (FormatException exception)
        {
            throw new InvalidOperationException("An event that was accepted cannot be read back from the outbox.", exception);
        }
    }

    private static byte[] ReadRecord(byte[] bytes)
    {
        var records = RecordSet.Assemble(StreamSettings.Default, new Seq(1_000_000), [bytes]);
        return records.Keys.Count == 0 ? [] : records.WriteRecord(records.Keys.First()).ToArray();
    }
}
