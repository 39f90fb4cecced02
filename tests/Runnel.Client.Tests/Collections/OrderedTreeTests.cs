using CsCheck;
using Runnel.Client.Collections;
using Runnel.Tests;

namespace Runnel.Client.Tests.Collections;

public class OrderedTreeTests
{
    [Fact]
    public void A_tree_does_what_a_sorted_list_does() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 50], Gen.Int[0, 1_000]).List[0, 120].Sample(steps =>
        {
            var tree = new OrderedTree<Number>(Number.Order);
            var list = new List<Number>();
            foreach (var (action, value, place) in steps)
            {
                if (action < 2 || list.Count == 0) Add(tree, list, new Number(value));
                else Remove(tree, list, list[place % list.Count]);
                Assert.Equal(list.Count, tree.Count);
            }
            Assert.Equal(list, tree.From(0));
            for (var i = 0; i < list.Count; i++) Assert.Equal((list[i], i), (tree[i], list[i].Index));
            Assert.Equal((list.FirstOrDefault(), list.LastOrDefault()), (tree.First, tree.Last));
        }, iter: Randomized.Runs(500));

    [Fact]
    public void A_tree_stays_shallow_when_numbers_come_in_order()
    {
        var tree = new OrderedTree<Number>(Number.Order);
        for (var i = 0; i < 100_000; i++) tree.Add(new Number(i));

        // Twice as deep as log2 of the count is usual of treaps, and 100,000 would be a list.
        Assert.InRange(tree.From(0).Max(Depth), 1, 80);
    }

    private static void Add(OrderedTree<Number> tree, List<Number> list, Number number)
    {
        tree.Add(number);
        list.Insert(list.FindLastIndex(other => other.Value <= number.Value) + 1, number);
    }

    private static void Remove(OrderedTree<Number> tree, List<Number> list, Number number)
    {
        tree.Remove(number);
        list.Remove(number);
    }

    private static int Depth(Number number)
    {
        var depth = 0;
        for (var node = number; node is not null; node = node.Parent) depth++;
        return depth;
    }

    private sealed class Number(int value) : OrderedTree<Number>.Node
    {
        public static IComparer<Number> Order { get; } = Comparer<Number>.Create((left, right) => left.Value.CompareTo(right.Value));

        public int Value { get; } = value;
    }
}
