using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>The settings that tests play with: the field <c>k</c> of a task keeps all writes, the others their last.</summary>
internal static class Rules
{
    public static StreamSettings Causal { get; } = Settings(StreamOrder.Causal, ConcurrentDelete.DeleteWins);

    public static StreamSettings CausalUpdateWins { get; } = Settings(StreamOrder.Causal, ConcurrentDelete.UpdateWins);

    public static StreamSettings Total { get; } = Settings(StreamOrder.Total, ConcurrentDelete.DeleteWins);

    public static StreamSettings TotalUpdateWins { get; } = Settings(StreamOrder.Total, ConcurrentDelete.UpdateWins);

    /// <summary>All of them, by name, for theories.</summary>
    public static TheoryData<string> Names { get; } = [nameof(Causal), nameof(CausalUpdateWins), nameof(Total), nameof(TotalUpdateWins)];

    public static StreamSettings Named(string name) => name switch
    {
        nameof(Causal) => Causal,
        nameof(CausalUpdateWins) => CausalUpdateWins,
        nameof(Total) => Total,
        _ => TotalUpdateWins,
    };

    private static StreamSettings Settings(StreamOrder order, ConcurrentDelete onConcurrentDelete)
    {
        var fields = new Dictionary<FieldName, FieldMerge> { [FieldName.Parse("k")] = FieldMerge.KeepAll };
        return new StreamSettings(order, [new(CollectionName.Parse("task"), new CollectionSettings(onConcurrentDelete, fields))]);
    }
}
