using System.Text;
using CsCheck;

namespace Runnel.Tests;

public class Utf8OrderTests
{
    // Few characters, from both sides of every border: one to four bytes, surrogates, and what lies above them in UTF-16.
    private static readonly Gen<string> AnyText = Gen.Frequency(
        (2, "a"), (2, "b"), (1, "\u007f"), (1, "\u0080"), (1, "\u07ff"), (1, "\u0800"), (1, "\ud7ff"), (2, "\ue000"), (2, "\uffff"),
        (2, "\U00010000"), (2, "\U0001F600"), (1, "\U0001F601"), (1, "\U0010FFFF")).Array[0, 6].Select(string.Concat);

    [Fact]
    public void Texts_are_ordered_as_their_utf8_bytes() => Gen.Select(AnyText, AnyText).Sample((left, right) =>
    {
        var expected = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

        Assert.Equal(Math.Sign(expected), Math.Sign(Utf8Order.Compare(left, right)));
        if (ObjectId.TryParse(left, out var leftId) && ObjectId.TryParse(right, out var rightId))
        {
            Assert.Equal(Math.Sign(expected), Math.Sign(leftId.CompareTo(rightId)));
        }
    }, iter: Randomized.Runs(20_000));

    [Fact]
    public void An_emoji_comes_after_the_last_of_two_and_three_bytes()
    {
        Assert.True(Utf8Order.Compare("\uffff", "\U0001F600") < 0);
        Assert.True(string.CompareOrdinal("\uffff", "\U0001F600") > 0, "UTF-16 has it the other way round");
    }

    [Fact]
    public void Keys_are_ordered_by_collection_then_id()
    {
        string[] keys = ["a/z", "b/\uffff", "b/\U0001F600"];

        Assert.Equal(keys, keys.Reverse().Select(key => new ObjectKey(CollectionName.Parse(key[..1]), ObjectId.Parse(key[2..]))).Order().Select(key => key.ToString()));
    }
}
