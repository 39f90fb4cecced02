using CsCheck;
using Runnel.Tests;

namespace Runnel.Client.Tests.Ordering;

public class OrderKeyTests
{
    private static readonly ClientId[] Authors = [.. Enumerable.Range(0, 3).Select(number => ClientId.Parse($"device{number}"))];

    [Fact]
    public void A_key_lies_between_its_neighbours_and_can_be_read_again() =>
        Gen.Select(Gen.Int[0, 1_000], Gen.Int[0, 2]).List[0, 200].Sample(inserts =>
        {
            var keys = new List<OrderKey>();
            foreach (var (place, author) in inserts)
            {
                var index = place % (keys.Count + 1);
                keys.Insert(index, OrderKey.Between(KeyAt(keys, index - 1), KeyAt(keys, index), Authors[author]));
            }
            Assert.Equal(keys, keys.Order());
            Assert.Equal(keys.Count, keys.Distinct().Count());
            Assert.All(keys, key =>
            {
                Assert.True(OrderKey.TryParse(key.Text, out var read));
                Assert.Equal(key, read);
            });
        }, iter: Randomized.Runs(300));

    [Theory]
    [InlineData("at the end")]
    [InlineData("at the beginning")]
    [InlineData("before one in the middle")]
    [InlineData("behind one in the middle")]
    public void Keys_stay_short_where_somebody_goes_on_in_one_direction(string where)
    {
        var (first, last) = (OrderKey.Between(OrderKey.None, OrderKey.None, Authors[0]), OrderKey.None);
        last = OrderKey.Between(first, OrderKey.None, Authors[1]);
        var (low, high) = where switch
        {
            "at the end" => (last, OrderKey.None),
            "at the beginning" => (OrderKey.None, first),
            _ => (first, last),
        };
        var isUpwards = where is "at the end" or "before one in the middle";

        var longest = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var key = OrderKey.Between(low, high, Authors[2]);
            if (isUpwards) low = key;
            else high = key;
            longest = Math.Max(longest, key.Text.Length);
        }

        Assert.InRange(longest, 7, 22);
    }

    [Fact]
    public void Two_authors_never_choose_the_same_key()
    {
        var low = OrderKey.Between(OrderKey.None, OrderKey.None, Authors[0]);
        var high = OrderKey.Between(low, OrderKey.None, Authors[0]);

        Assert.NotEqual(OrderKey.Between(low, high, Authors[1]), OrderKey.Between(low, high, Authors[2]));
        Assert.NotEqual(OrderKey.Between(high, OrderKey.None, Authors[1]), OrderKey.Between(high, OrderKey.None, Authors[2]));
    }

    [Fact]
    public void Between_equal_keys_there_is_nothing()
    {
        var key = OrderKey.Between(OrderKey.None, OrderKey.None, Authors[0]);

        Assert.Throws<ArgumentException>(() => OrderKey.Between(key, key, Authors[0]));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a0")]
    [InlineData("a0abcd")]
    [InlineData("a0abcde!")]
    [InlineData("a!abcde")]
    [InlineData("a0abc-e")]
    [InlineData("z00000000000000000000000000abcde")]
    [InlineData("00abcde")]
    public void Other_text_is_no_key(string text) => Assert.False(OrderKey.TryParse(text, out _));

    private static OrderKey KeyAt(List<OrderKey> keys, int index) => index < 0 || index == keys.Count ? OrderKey.None : keys[index];
}
