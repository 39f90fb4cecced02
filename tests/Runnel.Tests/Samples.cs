namespace Runnel.Tests;

/// <summary>Values that tests need and do not care about.</summary>
internal static class Samples
{
    public static ObjectKey Milk { get; } = new(CollectionName.Parse("task"), ObjectId.Parse("milk"));

    public static ClientId Ann { get; } = ClientId.Parse("ann");

    public static ClientId Bob { get; } = ClientId.Parse("bob");
}
