using System.Runtime.InteropServices.JavaScript;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Runnel.Client.Browser.Page;

/// <summary>A client of this tab, for tests to drive.</summary>
internal static partial class Device
{
    private static RunnelClient? _client;
    private static SyncedStream? _stream;
    private static SyncedCollection<TestTask>? _tasks;
    private static readonly List<string> Signals = [];

    /// <summary>Opens the store <paramref name="name"/>; several tabs may have it open.</summary>
    [JSExport]
    public static async Task OpenAsync(string server, string name)
    {
        var services = new ServiceCollection();
        services.AddRunnelClient(server).UseIndexedDb(name);
        _client = await services.BuildServiceProvider().OpenRunnelClientAsync();
        _stream = _client.Stream("todo:home");
        _tasks = _stream.Collection<TestTask>();
        _stream.Signalled += (_, signal) => Signals.Add(signal.Json);
    }

    /// <summary>Opens the store <paramref name="name"/>, in which streams rest until they are opened.</summary>
    [JSExport]
    public static async Task OpenRestingAsync(string server, string name) =>
        _client = await RunnelClient.OpenAsync(server, IndexedDbReplica.Named(name), new RunnelClientOptions { LoadsStreamsWhenOpened = true });

    [JSExport]
    public static async Task OpenStreamAsync()
    {
        _stream = await _client!.OpenStreamAsync("todo:home");
        _tasks = _stream.Collection<TestTask>();
    }

    [JSExport]
    public static async Task<bool> CloseStreamAsync() => await _stream!.CloseAsync();

    [JSExport]
    public static Task CloseAsync() => _client!.DisposeAsync().AsTask();

    /// <summary>Inserts a task.</summary>
    [JSExport]
    public static void Insert(string id, string title) => _tasks!.Insert(new TestTask { Id = id, Title = title });

    [JSExport]
    public static void SetTitle(string id, string title) => Find(id).Title = title;

    [JSExport]
    public static void SetCompleted(string id, bool isCompleted) => Find(id).Completed = isCompleted;

    [JSExport]
    public static void Remove(string id) => _tasks!.Remove(Find(id));

    /// <summary>Inserts two tasks as one batch.</summary>
    [JSExport]
    public static void InsertBoth(string first, string second) => _stream!.Batch(() =>
    {
        Insert(first, "one");
        Insert(second, "two");
    });

    /// <summary>Completes when every edit so far is on disk.</summary>
    [JSExport]
    public static Task FlushAsync() => _client!.FlushAsync();

    [JSExport]
    public static void SwitchOff(bool isOff) => _client!.IsSwitchedOff = isOff;

    /// <summary>The tasks by their ids, as <c>{"milk":"Milk"}</c>, those that are completed with a <c>!</c> behind.</summary>
    [JSExport]
    public static string Titles() => new JsonObject(
        _tasks!.OrderBy(task => task.Id, StringComparer.Ordinal).Select(task => KeyValuePair.Create<string, JsonNode?>(task.Id, task.Title + (task.Completed ? "!" : "")))).ToJsonString();

    /// <summary>How many tasks there are.</summary>
    [JSExport]
    public static int Count() => _tasks!.Count;

    [JSExport]
    public static bool TrySignal(string json) => _stream!.TrySignal(json);

    /// <summary>The signals that were heard.</summary>
    [JSExport]
    public static string[] Heard() => [.. Signals];

    [JSExport]
    public static int Pending() => _stream!.Pending;

    [JSExport]
    public static string Connection() => _client!.Status.Connection.ToString();

    [JSExport]
    public static string Warning() => _client!.Status.Warning ?? "";

    [JSExport]
    public static string Trouble() => _client!.Status.LastError ?? "";

    [JSExport]
    public static string ClientId() => _client!.Id.Value;

    [JSExport]
    public static string[] Conflicts() => [.. _tasks!.Conflicts.Select(conflict => $"{conflict.Key.Id} {conflict}")];

    [JSExport]
    public static Task RestoreAsync() => _tasks!.Conflicts[0].RestoreAsync();

    [JSExport]
    public static string[] Rejections() => [.. _stream!.Rejections.Select(rejection => rejection.Code)];

    [JSExport]
    public static Task DiscardAsync() => _stream!.Rejections[0].DiscardAsync();

    [JSExport]
    public static bool HasDiverged() => _stream!.HasDiverged;

    [JSExport]
    public static string StreamTrouble() => _stream!.Trouble ?? "";

    [JSExport]
    public static Task StartOverAsync() => _stream!.StartOverAsync();

    private static TestTask Find(string id) => _tasks!.TryFind(id, out var task) ? task : throw new InvalidOperationException($"There is no {id}.");
}
