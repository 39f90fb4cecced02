using System.Text;
using System.Text.Json.Nodes;
using Runnel.Client.LocalStore;
using Runnel.Testing.LocalStores;

namespace Runnel.Client.Browser.Page;

/// <summary>The specification on IndexedDB. A process that ends is a worker that is terminated, or a tab that leaves a database as it is.</summary>
public sealed class IndexedDbStoreTests : LocalStoreSpecification
{
    private readonly string _name = Guid.NewGuid().ToString("N");
    private int _copies;

    protected override ILocalStoreSource Source => IndexedDbReplica.Named(_name).ForOneTab();

    protected override ILocalStoreSource AfterCrash() => new CopySource(_name, NextCopy());

    protected override async IAsyncEnumerable<ILocalStoreSource> CrashPointsAsync(ILocalStore store, IReadOnlyList<LocalWrite> writes)
    {
        yield return AfterCrash();
        foreach (var moment in (string[])["writing", "committing", "committed"])
        {
            var copy = NextCopy();
            await Databases.CopyAsync(Full(_name), Full(copy));
            await Databases.CrashAsync(Full(copy), Text(writes), moment);
            yield return IndexedDbReplica.Named(copy).ForOneTab();
        }
        await store.CommitAsync(writes, default);
        yield return AfterCrash();
    }

    private string NextCopy() => $"{_name}-{++_copies}";

    private static string Full(string name) => $"runnel:{name}";

    private static string Text(IReadOnlyList<LocalWrite> writes) => new JsonArray(
        [.. writes.Select(write => (JsonNode)new JsonArray((int)write.Key.Kind, write.Key.Stream, write.Key.Name, write.Value is { } value ? Encoding.UTF8.GetString(value.Span) : null))]).ToJsonString();

    private sealed class CopySource(string from, string to) : ILocalStoreSource
    {
        public async ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken)
        {
            await Databases.CopyAsync(Full(from), Full(to));
            return await IndexedDbReplica.Named(to).ForOneTab().OpenAsync(cancellationToken);
        }
    }
}
