namespace Runnel.Records;

/// <summary>Which of two events takes effect later, by a stream's order.</summary>
internal static class EffectOrder
{
    extension(StreamOrder order)
    {
        /// <summary>Compares two events by when they take effect; zero only for one and the same.</summary>
        public int Compare(Writer left, Writer right) =>
            order == StreamOrder.Causal ? left.Stamp.CompareTo(right.Stamp) : CompareArrival(left, right);

        /// <summary>The event that takes effect later; <c>null</c> stands for "never" and comes before all.</summary>
        public Writer? Later(Writer? left, Writer? right)
        {
            if (left is null || right is null) return left ?? right;
            return order.Compare(left, right) >= 0 ? left : right;
        }
    }

    /// <summary>By seq; pending events count as last, among themselves as they stand in the outbox.</summary>
    private static int CompareArrival(Writer left, Writer right)
    {
        if (left.Seq.IsNone != right.Seq.IsNone) return left.Seq.IsNone ? 1 : -1;
        return left.Seq.IsNone ? left.Stamp.ClientSeq.CompareTo(right.Stamp.ClientSeq) : left.Seq.CompareTo(right.Seq);
    }
}
