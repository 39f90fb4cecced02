using Runnel.Records;

namespace Runnel.Client.Tests.Conflicts;

/// <summary>The settings that the tests of conflicts play under.</summary>
internal static class Rules
{
    public static StreamSettings UpdateWins { get; } = Parse("""{"collections":{"todoTask":{"onConcurrentDelete":"updateWins"}}}""");

    public static StreamSettings KeepTitles { get; } = Parse("""{"collections":{"todoTask":{"fields":{"title":"keepAll"}}}}""");

    private static StreamSettings Parse(string json) => StreamSettings.Parse(CanonicalJson.Parse(json));
}
