using System.Buffers;

namespace Runnel.Records;

/// <summary>An existing object as an app sees it.</summary>
/// <param name="Key">The object.</param>
/// <param name="Fields">Its fields, sorted by name: a canonical JSON object; a field with several siblings reads <c>{"$siblings":[…]}</c>.</param>
public readonly record struct VisibleRecord(ObjectKey Key, CanonicalJson Fields)
{
    /// <summary>Writes the record in canonical form: <c>{"collection":"…","fields":{…},"id":"…"}</c>.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        output.Write("{\"collection\":"u8);
        output.WriteName(Key.Collection.Value);
        output.Write(",\"fields\":"u8);
        output.Write(Fields);
        output.Write(",\"id\":"u8);
        output.Write(CanonicalJson.FromString(Key.Id.Value));
        output.Write("}"u8);
    }
}
