using CsCheck;

namespace Runnel.Tests.Records;

/// <summary>What somebody does to an object, before it has a place anywhere.</summary>
internal sealed record Edit(EventOp Op, string Id, EventFields Fields, bool Blind)
{
    /// <summary>
    /// Edits of two objects, by the fields that they may write: <c>a b k</c> hold plain values, <c>n</c> counts, <c>t</c> is a set,
    /// <c>p</c> a place that moves write, and <c>m</c> is written in every way.
    /// </summary>
    public static Gen<Edit> Of(string names) =>
        Gen.Select(
            Gen.Frequency((2, EventOp.Insert), (5, EventOp.Update), (2, EventOp.Delete)),
            Gen.OneOf("o0", "o1"),
            Gen.ShuffleSelect(names.Select(FieldOf).ToArray(), 1, Math.Min(names.Length, 3)),
            Gen.Int[0, 9])
        .Select((op, id, fields, luck) => new Edit(op, id, op == EventOp.Delete ? EventFields.Empty : EventFields.Create(fields), Blind: luck == 0));

    public Event ToEvent(long clientSeq, Seq precedingSeq) => new(clientSeq, precedingSeq, Op, Tape.Key(Id), Fields, Blind);

    private static Gen<FieldChange> FieldOf(char name) => DeltaOf(name).Select(delta => new FieldChange(FieldName.Parse($"{name}"), delta));

    private static Gen<Delta> DeltaOf(char name) => name switch
    {
        'n' => Gen.Frequency((3, Increment), (1, Number)),
        't' => Gen.Frequency((3, Elements), (1, Array)),
        'p' => Place,
        'm' => Gen.OneOf(Increment, Elements, Number, Array, Value),
        _ => Value,
    };

    private static Gen<Delta> Value { get; } = Gen.OneOf("0", "1", "2", "3", "null", "\"x\"").Select(json => Delta.Set(CanonicalJson.Parse(json)));

    private static Gen<Delta> Place { get; } = Gen.OneOf("\"a0ada00\"", "\"a0bob00\"", "\"a1ada00\"", "\"a1bob00\"").Select(json => Delta.Set(CanonicalJson.Parse(json)));

    private static Gen<Delta> Number { get; } = Gen.OneOf("0", "100", "9007199254740991").Select(json => Delta.Set(CanonicalJson.Parse(json)));

    private static Gen<Delta> Array { get; } = Gen.OneOf("[]", "[\"y\",\"x\",\"y\"]", "[\"z\",[1]]").Select(json => Delta.Set(CanonicalJson.Parse(json)));

    private static Gen<Delta> Increment { get; } = Gen.OneOf(1L, 10, -3, 9007199254740991).Select(Delta.Inc);

    private static Gen<Delta> Elements { get; } =
        Gen.Shuffle((string[])["\"x\"", "\"y\"", "\"z\""], 1, 3).Select(Gen.Int[0, 3], (elements, added) => Delta.Elements(
            elements.Take(added).Select(CanonicalJson.Parse), elements.Skip(added).Select(CanonicalJson.Parse)));
}
