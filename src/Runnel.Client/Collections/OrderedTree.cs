namespace Runnel.Client.Collections;

/// <summary>
/// Objects in an order, each with its place: adding, taking away, and telling an object's index or an index's object take time that
/// grows with the logarithm of their number. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A treap: a search tree by the comparer that is a heap by random priority, which keeps it balanced; see R. Seidel and C. R. Aragon,
/// "Randomized search trees" (1996). The priorities come from a scrambled counter, so that runs repeat themselves.
/// </remarks>
/// <typeparam name="TNode">What is ordered; while it is in the tree, the comparer gives the same answers about it.</typeparam>
internal sealed class OrderedTree<TNode>(IComparer<TNode> comparer) where TNode : OrderedTree<TNode>.Node
{
    private TNode? _root;
    private uint _made;

    /// <summary>How many there are.</summary>
    public int Count => SizeOf(_root);

    /// <summary>The first; <c>null</c> if there is none.</summary>
    public TNode? First => Count == 0 ? null : this[0];

    /// <summary>The last; <c>null</c> if there is none.</summary>
    public TNode? Last => Count == 0 ? null : this[Count - 1];

    /// <summary>The one at an index.</summary>
    public TNode this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var node = _root!;
            while (index != SizeOf(node.Left))
            {
                if (index < SizeOf(node.Left))
                {
                    node = node.Left!;
                    continue;
                }
                index -= SizeOf(node.Left) + 1;
                node = node.Right!;
            }
            return node;
        }
    }

    /// <summary>The one before; <c>null</c> for the first.</summary>
    public TNode? Before(TNode node) => node.Index is > 0 and var index ? this[index - 1] : null;

    /// <summary>The one after; <c>null</c> for the last.</summary>
    public TNode? After(TNode node) => node.Index is var index && index + 1 < Count ? this[index + 1] : null;

    /// <summary>Whether it stands right between its neighbours; told when its order may have changed, before it is taken away.</summary>
    public bool IsInPlace(TNode node) =>
        (Before(node) is not { } before || comparer.Compare(before, node) < 0) && (After(node) is not { } after || comparer.Compare(node, after) < 0);

    /// <summary>Adds one that is not in the tree, behind those that compare as equal.</summary>
    public void Add(TNode node)
    {
        (node.Parent, node.Left, node.Right, node.Size) = (null, null, null, 1);
        node.Priority = Scramble(++_made);
        if (_root is null)
        {
            _root = node;
            return;
        }

        var parent = _root;
        while (true)
        {
            var isLeft = comparer.Compare(node, parent) < 0;
            if ((isLeft ? parent.Left : parent.Right) is { } next)
            {
                parent = next;
                continue;
            }
            if (isLeft) parent.Left = node;
            else parent.Right = node;
            node.Parent = parent;
            break;
        }
        for (var above = node.Parent; above is not null; above = above.Parent) above.Size++;
        while (node.Parent is { } above && above.Priority < node.Priority) Lift(node);
    }

    /// <summary>Takes one away that is in the tree; it is not compared.</summary>
    public void Remove(TNode node)
    {
        while (Heavier(node.Left, node.Right) is { } child) Lift(child);
        for (var above = node.Parent; above is not null; above = above.Parent) above.Size--;
        Replace(node.Parent, node, null);
        node.Parent = null;
    }

    /// <summary>Those from <paramref name="index"/> on, in order; the tree is not changed meanwhile.</summary>
    public IEnumerable<TNode> From(int index)
    {
        for (var node = index < Count ? this[index] : null; node is not null; node = Next(node)) yield return node;
    }

    private static TNode? Next(TNode node)
    {
        if (node.Right is { } next)
        {
            while (next.Left is { } left) next = left;
            return next;
        }
        var child = node;
        while (child.Parent is { } parent && parent.Right == child) child = parent;
        return child.Parent;
    }

    private static TNode? Heavier(TNode? left, TNode? right)
    {
        if (left is null || right is null) return left ?? right;
        return left.Priority > right.Priority ? left : right;
    }

    /// <summary>Rotates a node with its parent, which it takes the place of.</summary>
    private void Lift(TNode node)
    {
        var parent = node.Parent!;
        Replace(parent.Parent, parent, node);
        if (parent.Left == node)
        {
            parent.Left = node.Right;
            if (node.Right is { } moved) moved.Parent = parent;
            node.Right = parent;
        }
        else
        {
            parent.Right = node.Left;
            if (node.Left is { } moved) moved.Parent = parent;
            node.Left = parent;
        }
        parent.Parent = node;
        node.Size = parent.Size;
        parent.Size = SizeOf(parent.Left) + SizeOf(parent.Right) + 1;
    }

    private void Replace(TNode? parent, TNode child, TNode? by)
    {
        if (parent is null) _root = by;
        else if (parent.Left == child) parent.Left = by;
        else parent.Right = by;
        if (by is not null) by.Parent = parent;
    }

    private static int SizeOf(TNode? node) => node is null ? 0 : node.Size;

    /// <summary>The finalizer of MurmurHash3: neighbours become strangers, and no two numbers the same.</summary>
    private static uint Scramble(uint number)
    {
        number = (number ^ (number >> 16)) * 0x85EB_CA6B;
        number = (number ^ (number >> 13)) * 0xC2B2_AE35;
        return number ^ (number >> 16);
    }

    /// <summary>One that can be in a tree, in one at a time.</summary>
    internal abstract class Node
    {
        /// <summary>Where it stands in its tree.</summary>
        public int Index
        {
            get
            {
                var index = SizeOf(Left);
                for (var child = this; child.Parent is { } parent; child = parent)
                {
                    if (parent.Right == child) index += SizeOf(parent.Left) + 1;
                }
                return index;
            }
        }

        internal TNode? Parent { get; set; }
        internal TNode? Left { get; set; }
        internal TNode? Right { get; set; }
        internal int Size { get; set; }
        internal uint Priority { get; set; }
    }
}
