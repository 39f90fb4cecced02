using System.Buffers;
using Runnel.Protocol;
using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Simulation.Clients;

/// <summary>Edits as the product's own types and frames.</summary>
internal static class PublishedEdits
{
    private static readonly CollectionName Collection = CollectionName.Parse(Edit.PlainCollection);
    private static readonly FieldName Title = FieldName.Parse("title");

    public static EventDraft ToDraft(Edit edit) => new(
        edit.ClientSeq,
        edit.PrecedingSeq is { } preceding ? new Seq(preceding) : null,
        edit.Op switch { "insert" => EventOp.Insert, "update" => EventOp.Update, _ => EventOp.Delete },
        new ObjectKey(Collection, ObjectId.Parse(edit.Id)),
        edit.Op == "delete" ? EventFields.Empty : EventFields.Create([new FieldChange(Title, Delta.Set(CanonicalJson.FromString(edit.Title)))]));

    public static ReadOnlyMemory<byte> ToFrame(ClientMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        ClientMessageCodec.Write(buffer, message);
        return buffer.WrittenMemory;
    }
}
