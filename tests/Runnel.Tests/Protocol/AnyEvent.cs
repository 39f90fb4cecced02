using CsCheck;

namespace Runnel.Tests;

/// <summary>Events of every shape that the protocol allows.</summary>
internal static class AnyEvent
{
    private const long MaxInteger = (1L << 53) - 1;

    public static Gen<CanonicalJson> Scalar { get; } = Gen.OneOf(
        Gen.Const(CanonicalJson.Null), Gen.Bool.Select(CanonicalJson.FromBoolean), Gen.Int[-5, 1000].Select(number => CanonicalJson.FromNumber(number)),
        Gen.Double.Where(double.IsFinite).Select(CanonicalJson.FromNumber),
        Gen.OneOf(Gen.String.Where(HasNoSurrogate), Gen.Const("a\"\\\n€\U0001F600\u2028")).Select(CanonicalJson.FromString));

    public static Gen<CanonicalJson> Value { get; } = Gen.Recursive<CanonicalJson>((depth, inner) => depth > 2 ? Scalar : Gen.Frequency(
        (4, Scalar),
        (1, inner.Array[0, 3].Select(elements => CanonicalJson.FromArray(elements))),
        (1, Gen.Select(Gen.Frequency((3, "a"), (2, "$inc"), (1, "$set"), (1, "b")), inner).Array[0, 3]
            .Select(members => CanonicalJson.FromObject(members.DistinctBy(member => member.Item1).Select(member => KeyValuePair.Create(member.Item1, member.Item2)))))));

    public static Gen<Delta> AnyDelta { get; } = Gen.Frequency(
        (3, Value.Select(Delta.Set)),
        (1, Gen.Long[-MaxInteger, MaxInteger].Select(Delta.Inc)),
        (1, Gen.Select(Scalar.Array[1, 3], Scalar.Array[0, 3]).Select((added, removed) => Delta.Elements(added, removed.Except(added)))));

    public static Gen<EventFields> Fields { get; } =
        Gen.Select(Gen.Frequency((2, "title"), (2, "done"), (1, "_"), (1, "A.b-c"), (1, new string('x', 64))), AnyDelta).Array[1, 4]
            .Select(fields => EventFields.Create(fields.DistinctBy(field => field.Item1).Select(field => new FieldChange(FieldName.Parse(field.Item1), field.Item2))));

    public static Gen<ObjectKey> Key { get; } =
        Gen.Select(Gen.Frequency((3, "task"), (1, "_"), (1, new string('c', 64))), Gen.Frequency((3, "milk"), (1, "a\"b\\c/ä日\U0001F600\u2028 "), (1, new string('i', 128))))
            .Select((collection, id) => new ObjectKey(CollectionName.Parse(collection), ObjectId.Parse(id)));

    public static Gen<EventDraft> Draft { get; } =
        Gen.Select(Gen.Long[1, MaxInteger].Nullable(), Gen.Long[0, MaxInteger].Nullable(), Gen.Enum<EventOp>(), Key, Fields, Gen.Bool, Gen.Bool)
            .Select((clientSeq, precedingSeq, op, key, fields, blind, isEmpty) => new EventDraft(
                clientSeq, precedingSeq is { } seq ? new Seq(seq) : null, op, key,
                op == EventOp.Delete || (op == EventOp.Insert && isEmpty) ? EventFields.Empty : fields, blind));

    public static Gen<StreamEvent> Stored { get; } =
        Gen.Select(Draft, Gen.Long[1, MaxInteger], Gen.Frequency((1, "ann"), (1, "a.b_c:d~e-f"), (1, new string('z', 64))), Gen.Long[0, 253402300799999])
            .Select((draft, seq, client, milliseconds) => new StreamEvent(
                new Seq(seq), ClientId.Parse(client), DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), draft.Complete(1, Seq.None)));

    private static bool HasNoSurrogate(string text) => !text.Any(char.IsSurrogate);
}
