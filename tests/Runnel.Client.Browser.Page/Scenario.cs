using System.Runtime.InteropServices.JavaScript;
using Runnel.Client.Transport;

namespace Runnel.Client.Browser.Page;

/// <summary>
/// A random life of two devices in this page, each with several instances on one store in IndexedDB, as tabs are: they come and go, lead and
/// follow, edit and lose their lines. In the end all must hold what was done, each edit once.
/// </summary>
internal sealed partial class Scenario
{
    private const int MostInstances = 3;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _server;
    private readonly string _name;
    private readonly Random _random;
    private readonly UnsteadyTransport _line;
    private readonly List<RunnelClient>[] _devices = [[], []];
    private readonly HashSet<string> _ids = [];
    private int _uses, _made;

    private Scenario(string server, string name, int seed)
    {
        (_server, _name, _random) = (server, name, new Random(seed));
        _line = new UnsteadyTransport(new WebSocketTransport(new Uri(server)), _random);
    }

    /// <summary>Runs it; what is wrong in the end, or nothing.</summary>
    [JSExport]
    public static Task<string> RunAsync(string server, string name, int seed, int steps) => new Scenario(server, name, seed).RunAsync(steps);

    private async Task<string> RunAsync(int steps)
    {
        await OpenAsync(0);
        Tasks(_devices[0][0]).Insert(new TestTask { Id = "tally", Title = "Tally" });
        await WaitAsync(() => _devices[0][0].Stream("todo:home").Pending == 0);
        await OpenAsync(1);
        await WaitAsync(() => Tasks(_devices[1][0]).TryFind("tally", out _));
        for (var i = 0; i < steps; i++) await StepAsync();

        _line.IsSteady = true;
        foreach (var instance in _devices.SelectMany(device => device)) instance.IsSwitchedOff = false;
        var isSettled = await WaitAsync(() => Instances().All(IsSettled) && Instances().Select(instance => instance.Stream("todo:home").Head).Distinct().Count() == 1);
        var faults = Instances().SelectMany(FaultsOf).ToList();
        if (!isSettled) faults.Add($"not settled: {string.Join("; ", Instances().Select(instance => $"{instance.Status} at {instance.Stream("todo:home").Head}"))}");
        if (Instances().Select(instance => instance.Stream("todo:home").Hash()).Distinct().Count() > 1) faults.Add("the hashes differ");
        foreach (var instance in Instances().ToList()) await instance.DisposeAsync();
        return string.Join('\n', faults);
    }

    private IEnumerable<RunnelClient> Instances() => _devices.SelectMany(device => device);

    private async Task StepAsync()
    {
        var which = _random.Next(_devices.Length);
        var device = _devices[which];
        var instance = device[_random.Next(device.Count)];
        var tasks = Tasks(instance);
        switch (_random.Next(12))
        {
            case 0 when device.Count < MostInstances: await OpenAsync(which); break;
            case 1 when device.Count > 1:
                device.Remove(instance);
                await instance.DisposeAsync();
                break;
            case 2: instance.IsSwitchedOff = _random.Next(3) == 0; break;
            case 3: await Task.Delay(_random.Next(30)); break;
            case 4 or 5: Insert(tasks); break;
            case 6: instance.Stream("todo:home").Batch(() =>
                {
                    Insert(tasks);
                    Insert(tasks);
                });
                break;
            case 7 when Any(tasks) is { } task:
                _ids.Remove(task.Id);
                tasks.Remove(task);
                break;
            case 8 when Any(tasks) is { } task: task.Title = $"renamed {_made++}"; break;
            default:
                if (tasks.TryFind("tally", out var tally))
                {
                    tally.IncrementUses();
                    _uses++;
                }
                break;
        }
        await Task.Yield();
    }

    private void Insert(SyncedCollection<TestTask> tasks)
    {
        var id = $"t{_made++}";
        _ids.Add(id);
        tasks.Insert(new TestTask { Id = id, Title = id });
    }

    private TestTask? Any(SyncedCollection<TestTask> tasks)
    {
        var all = tasks.Where(task => task.Id != "tally").OrderBy(task => task.Id, StringComparer.Ordinal).ToList();
        return all.Count == 0 ? null : all[_random.Next(all.Count)];
    }

    private async Task OpenAsync(int device) => _devices[device].Add(await RunnelClient.OpenAsync(
        _server, IndexedDbReplica.Named($"{_name}:{device}"), new() { Transport = _line, MinReconnectDelay = TimeSpan.FromMilliseconds(5), MaxReconnectDelay = TimeSpan.FromMilliseconds(50), AnswerTimeout = TimeSpan.FromSeconds(1) }));

    private static bool IsSettled(RunnelClient instance) => instance.Status is { Connection: ConnectionState.Online, Pending: 0 };

    private IEnumerable<string> FaultsOf(RunnelClient instance)
    {
        var tasks = Tasks(instance);
        var ids = tasks.Select(task => task.Id).Where(id => id != "tally").ToHashSet();
        if (!tasks.TryFind("tally", out var tally) || tally.Uses != _uses) yield return $"tally {tally?.Uses} instead of {_uses}";
        if (!ids.SetEquals(_ids)) yield return $"missing: {string.Join(' ', _ids.Except(ids))}; too many: {string.Join(' ', ids.Except(_ids))}";
        if (instance.Stream("todo:home").Rejections.Count > 0) yield return $"refused: {instance.Stream("todo:home").Rejections[0].Reason}";
    }

    private static SyncedCollection<TestTask> Tasks(RunnelClient instance) => instance.Stream("todo:home").Collection<TestTask>();

    private static async Task<bool> WaitAsync(Func<bool> condition)
    {
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Deadline; await Task.Delay(10))
        {
            if (condition()) return true;
        }
        return false;
    }
}
