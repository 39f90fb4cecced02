using System.Collections.Concurrent;
using Runnel.Client.LocalStore;
using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;
using Runnel.Records;

namespace Runnel.Client.Tests.Conflicts;

public class ConflictRuleTests
{
    public static TheoryData<string> Settings => ["{}", """{"collections":{"todoTask":{"fields":{"title":"keepAll"}}}}""", """{"order":"total"}"""];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_rule_gets_three_values_on_one_device_and_its_result_reaches_all(string settings)
    {
        var server = new SmallServer(StreamSettings.Parse(CanonicalJson.Parse(settings)));
        var devices = await Device.OpenManyAsync(server, 2);
        var calls = new ConcurrentQueue<string>();
        foreach (var device in devices) Join(device, calls);

        await ConflictTests.CollideAsync(devices[0], devices[1]);
        await Device.SyncAllAsync(devices);

        // Where both stand side by side the rule also says what to show, and is told of no third value.
        Assert.Equal(["mine|theirs|first"], calls.Where(call => !call.EndsWith('|')));
        Assert.All(devices, device => Assert.Equal("mine+theirs", device.Collection<TodoTask>().Single().Title));
        Assert.All(devices, device => Assert.Empty(device.Stream.Conflicts));
        Assert.Equal(4, server.Events.Count);
        Assert.True(server.Events[3].Event.PrecedingSeq >= server.Events[2].Seq);
        await CloseAsync(devices);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Of_many_devices_that_write_at_once_the_rule_makes_one_value(string settings)
    {
        var server = new SmallServer(StreamSettings.Parse(CanonicalJson.Parse(settings)));
        var devices = await Device.OpenManyAsync(server, 4);
        devices[0].Collection<TodoTask>().Insert(new() { Title = "first" });
        await Device.SyncAllAsync(devices);
        foreach (var device in devices)
        {
            Join(device, []);
            await device.CutAsync();
        }
        for (var i = 0; i < devices.Length; i++) devices[i].Collection<TodoTask>().Single().Title = $"{i}";

        await Device.SyncAllAsync(devices);
        await Device.SyncAllAsync(devices);

        var title = devices[0].Collection<TodoTask>().Single().Title;
        Assert.Equal(["0", "1", "2", "3"], title.Split('+').Distinct().Order());
        Assert.All(devices, device => Assert.Equal(title, device.Collection<TodoTask>().Single().Title));
        Assert.All(devices, device => Assert.Empty(device.Stream.Conflicts));
        Assert.All(devices, device => Assert.Single(device.Collection<TodoTask>().SiblingsOf(device.Collection<TodoTask>().Single(), task => task.Title)));
        await CloseAsync(devices);
    }

    [Fact]
    public async Task What_stands_side_by_side_is_shown_and_edited_as_the_rule_makes_it()
    {
        var server = new SmallServer(Rules.KeepTitles);
        var devices = await Device.OpenManyAsync(server, 3);
        await ConflictTests.CollideAsync(devices[0], devices[1]);
        await Device.SyncAllAsync(devices);
        var task = devices[2].Collection<TodoTask>().Single();
        Assert.Equal("theirs", task.Title);

        Join(devices[2], []);
        Assert.Equal("mine+theirs", task.Title);
        task.Title += "!";
        await Device.SyncAllAsync(devices);

        Assert.All(devices, device => Assert.Equal("mine+theirs!", device.Collection<TodoTask>().Single().Title));
        await CloseAsync(devices);
    }

    [Fact]
    public async Task A_result_passes_over_no_later_edit_of_its_own_device()
    {
        var server = new SmallServer(StreamSettings.Default);
        var devices = await Device.OpenManyAsync(server, 2);
        devices[0].Collection<TodoTask>().Insert(new() { Title = "first" });
        await Device.SyncAllAsync(devices);
        foreach (var device in devices)
        {
            Join(device, []);
            await device.CutAsync();
        }
        foreach (var (device, name) in devices.Zip(["a", "b"]))
        {
            // Two events, which come back together.
            device.Stream.Batch(() => device.Collection<TodoTask>().Single().Title = $"{name}1");
            device.Stream.Batch(() => device.Collection<TodoTask>().Single().Title = $"{name}2");
        }

        await Device.SyncAllAsync(devices);
        await Device.SyncAllAsync(devices);

        var title = devices[0].Collection<TodoTask>().Single().Title;
        Assert.Equal(title, devices[1].Collection<TodoTask>().Single().Title);
        Assert.Contains("a2", title, StringComparison.Ordinal);
        Assert.Contains("b2", title, StringComparison.Ordinal);
        await CloseAsync(devices);
    }

    [Fact]
    public async Task A_rule_that_comes_late_settles_what_waits_with_what_was_seen_before_the_restart()
    {
        var (server, store) = (new SmallServer(), new MemoryStore());
        await using var other = await Device.OpenAsync(server, 2);
        await using (var device = await Device.OpenAsync(server, 1, store)) await ConflictTests.CollideAsync(device, other);
        var calls = new ConcurrentQueue<string>();

        await using var again = await Device.OpenAsync(server, 1, store);
        Join(again, calls);

        Assert.Equal(["mine|theirs|first"], calls);
        Assert.Empty(again.Stream.Conflicts);
        Assert.Equal("mine+theirs", again.Collection<TodoTask>().Single().Title);
    }

    [Fact]
    public async Task A_rule_that_throws_leaves_the_conflict_to_people()
    {
        var server = new SmallServer();
        var devices = await Device.OpenManyAsync(server, 2);
        devices[0].Collection<TodoTask>().OnConflict(task => task.Title, (_, _, _) => throw new InvalidOperationException("no idea"));

        await ConflictTests.CollideAsync(devices[0], devices[1]);

        Assert.Single(devices[0].Stream.Conflicts);
        Assert.Equal("theirs", devices[0].Collection<TodoTask>().Single().Title);
        await CloseAsync(devices);
    }

    [Fact]
    public async Task A_result_that_stands_already_is_not_published()
    {
        var server = new SmallServer();
        var devices = await Device.OpenManyAsync(server, 2);
        devices[0].Collection<TodoTask>().OnConflict(task => task.Title, (_, theirs, _) => theirs);

        await ConflictTests.CollideAsync(devices[0], devices[1]);

        Assert.Equal(3, server.Events.Count);
        Assert.Empty(devices[0].Stream.Conflicts);
        Assert.Single(devices[1].Stream.Conflicts);
        await CloseAsync(devices);
    }

    [Fact]
    public async Task A_settlement_and_the_end_of_its_conflict_are_one_write()
    {
        var (server, store) = (new SmallServer(), new MemoryStore());
        await using var other = await Device.OpenAsync(server, 2);
        await using var device = await Device.OpenAsync(server, 1, store);
        Join(device, []);

        await ConflictTests.CollideAsync(device, other);
        await device.Client.FlushAsync();

        var settlement = store.Commits.First(commit => commit.Any(write => write.Key.Kind == LocalKind.Pending && IsOfBoth(Text(write))));
        Assert.Contains(settlement, write => write.Key.Kind == LocalKind.Conflict && write.Value is null);
    }

    private static bool IsOfBoth(string row) => row.Contains("mine", StringComparison.Ordinal) && row.Contains("theirs", StringComparison.Ordinal);

    private static string Text(LocalWrite write) => write.Value is { } value ? System.Text.Encoding.UTF8.GetString(value.Span) : "";

    /// <summary>
    /// A rule whose result depends on nothing but what is joined: where two devices settle at once, they come to the same. One that only
    /// puts both one behind the other would give the next conflict to settle, and a longer text, as long as devices are in step.
    /// </summary>
    private static void Join(Device device, ConcurrentQueue<string> calls) => device.Collection<TodoTask>().OnConflict(task => task.Title, (mine, theirs, was) =>
    {
        calls.Enqueue($"{mine}|{theirs}|{was}");
        return string.Join('+', $"{mine}+{theirs}".Split('+').Distinct().Order(StringComparer.Ordinal));
    });

    private static async Task CloseAsync(Device[] devices)
    {
        foreach (var device in devices) await device.DisposeAsync();
    }
}
