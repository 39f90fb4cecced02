using System.Collections.Specialized;
using Microsoft.Extensions.Time.Testing;
using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Collections;

public class LiveListTests
{
    [Fact]
    public async Task A_change_of_the_sort_key_is_one_move()
    {
        await using var app = await App.OpenAsync("a", "b", "c", "d");
        var list = app.Bind(tasks => tasks.OrderBy(task => task.Title));
        var mirror = new MirroredList<TodoTask>(list);

        list[0].Title = "cc";
        app.Frame();

        Assert.Equal(["b", "c", "cc", "d"], mirror.Items.Select(task => task.Title));
        Assert.Equal([NotifyCollectionChangedAction.Move], mirror.Said);
    }

    [Fact]
    public async Task A_change_that_moves_nothing_says_nothing()
    {
        await using var app = await App.OpenAsync("a", "c");
        var list = app.Bind(tasks => tasks.OrderBy(task => task.Title));
        var mirror = new MirroredList<TodoTask>(list);

        list[0].Title = "b";
        list[1].Completed = true;
        app.Tasks.Remove(app.Tasks.Insert(new() { Title = "gone before the frame" }));
        app.Frame();

        Assert.Empty(mirror.Said);
    }

    [Fact]
    public async Task A_hundred_changes_of_one_object_in_a_frame_are_one()
    {
        await using var app = await App.OpenAsync("a", "b");
        var list = app.Bind(tasks => tasks.OrderBy(task => task.Title));
        list[0].Title = "aa";
        app.Frame();
        var mirror = new MirroredList<TodoTask>(list);

        for (var i = 0; i < 100; i++) list[0].Title = $"z{i:00}";
        Assert.Empty(mirror.Said);
        Assert.Equal(0, app.Context.Count);
        app.Frame();

        Assert.Equal([NotifyCollectionChangedAction.Move], mirror.Said);
    }

    [Fact]
    public async Task The_first_change_after_a_pause_does_not_wait()
    {
        await using var app = await App.OpenAsync("a");
        var list = app.Bind(tasks => tasks.Where(task => !task.Completed));
        app.Frame();
        app.Frame();

        app.Tasks.First().Completed = true;
        app.Context.Pump();

        Assert.Empty(list);
    }

    [Fact]
    public async Task One_who_leaves_the_window_lets_the_next_in()
    {
        await using var app = await App.OpenAsync("a", "b", "c", "d");
        var list = app.Bind(tasks => tasks.OrderBy(task => task.Title).Take(2));
        var mirror = new MirroredList<TodoTask>(list);

        list[0].Title = "z";
        app.Frame();
        Assert.Equal(["b", "c"], mirror.Items.Select(task => task.Title));

        app.Tasks.Single(task => task.Title == "z").Title = "a";
        app.Frame();
        Assert.Equal(["a", "b"], mirror.Items.Select(task => task.Title));

        app.Tasks.Remove(list[1]);
        app.Frame();
        Assert.Equal(["a", "c"], mirror.Items.Select(task => task.Title));
        Assert.Equal(6, mirror.Said.Count);
    }

    [Fact]
    public async Task A_list_that_is_disposed_of_stands_still_and_is_forgotten()
    {
        await using var app = await App.OpenAsync("a");
        var list = app.Bind(tasks => tasks.OrderBy(task => task.Title));

        list.Dispose();
        app.Tasks.Insert(new() { Title = "b" });
        app.Frame();

        Assert.Single(list);
        Assert.Equal(0, app.Tasks.WatcherCount);
    }

    [Fact]
    public async Task Changes_that_gathered_before_a_list_was_disposed_of_are_not_shown()
    {
        await using var app = await App.OpenAsync("a");
        var list = app.Bind(tasks => tasks.OrderBy(task => task.Title));
        list.CollectionChanged += (_, _) => list.Dispose();

        app.Tasks.Insert(new() { Title = "b" });
        app.Tasks.Insert(new() { Title = "c" });
        app.Frame();

        Assert.Equal(["a", "b"], list.Select(task => task.Title));
    }

    [Fact]
    public async Task A_query_that_throws_costs_nobody_else_their_place()
    {
        await using var app = await App.OpenAsync("a");
        var list = app.Bind(tasks => tasks.Where(task => task.Title != "poison" ? true : throw new InvalidOperationException("poison")));
        app.Tasks.Insert(new() { Title = "poison" });
        app.Tasks.Insert(new() { Title = "b" });

        Assert.Throws<InvalidOperationException>(app.Frame);
        app.Frame();

        Assert.Equal(["a", "b"], list.Select(task => task.Title).Order());
    }

    [Fact]
    public async Task Without_a_context_a_list_follows_on_threads_of_the_pool()
    {
        await using var device = await Device.OpenWithoutContextAsync(new SmallServer());
        var tasks = device.Collection<TodoTask>();
        using var list = await Task.Run(() => tasks.OrderBy(task => task.Title).Bind());

        tasks.Insert(new() { Title = "Milk" });

        await Device.UntilAsync(() => list.Count == 1);
    }

    [Fact]
    public async Task A_list_can_be_asked_as_the_frameworks_of_user_interfaces_do()
    {
        await using var app = await App.OpenAsync("a", "b");
        System.Collections.IList list = app.Bind(tasks => tasks.OrderByDescending(task => task.Title));
        var copy = new TodoTask[2];
        list.CopyTo(copy, 0);

        Assert.Equal(["b", "a"], copy.Select(task => task.Title));
        Assert.Equal((1, true, true), (list.IndexOf(list[1]), list.Contains(list[1]), list.IsReadOnly));
        Assert.Throws<NotSupportedException>(() => list.Add(new TodoTask()));
        Assert.Throws<ArgumentOutOfRangeException>(() => list[2]);
    }

    [Fact]
    public async Task A_condition_after_the_limit_is_refused()
    {
        await using var app = await App.OpenAsync();

        Assert.Throws<InvalidOperationException>(() => app.Tasks.Take(1).Where(task => task.Completed));
    }

    /// <summary>A device whose user interface and clock the test moves.</summary>
    [Fact]
    public async Task What_a_change_allocates_does_not_grow_with_the_list()
    {
        var (few, many) = (await BytesOfMovesAsync(tasks: 100), await BytesOfMovesAsync(tasks: 10_000));

        // A copy of the longer list, were it only of its references, would be ten times what a move takes.
        Assert.InRange(many, 1, 2 * few);
    }

    /// <summary>What the thread of the app allocates while objects move through the list, from the setter to what the list says.</summary>
    private static async Task<long> BytesOfMovesAsync(int tasks)
    {
        await using var app = await App.OpenAsync([.. Enumerable.Range(0, tasks).Select(number => $"{number:00000}")]);
        var list = app.Bind(all => all.Where(task => !task.Completed).OrderBy(task => task.Title, StringComparer.Ordinal));
        app.Frame();
        var (moved, said) = (0, 0);
        list.CollectionChanged += (_, _) => said++;
        await app.FlushAsync();

        MoveAround(count: 50);   // what is made once is made here
        var before = GC.GetAllocatedBytesForCurrentThread();
        MoveAround(count: 200);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(250, said);
        return bytes;

        void MoveAround(int count)
        {
            for (var i = 0; i < count; i++)
            {
                list[0].Title = $"z{moved++:00000}";
                app.Frame();
            }
        }
    }

    private sealed class App(Device device, FakeTimeProvider time) : IAsyncDisposable
    {
        public SyncedCollection<TodoTask> Tasks { get; } = device.Collection<TodoTask>();

        public PumpedContext Context { get; } = new();

        public static async Task<App> OpenAsync(params string[] titles)
        {
            var time = new FakeTimeProvider();
            var app = new App(await Device.OpenAsync(new SmallServer(), configure: options => options.Time = time), time);
            foreach (var title in titles) app.Tasks.Insert(new() { Title = title });
            return app;
        }

        public LiveList<TodoTask> Bind(Func<SyncedCollection<TodoTask>, LiveQuery<TodoTask>> query)
        {
            LiveList<TodoTask>? list = null;
            Context.Within(() => list = query(Tasks).Bind());
            return list!;
        }

        public void Frame()
        {
            time.Advance(LiveList<TodoTask>.Interval);
            Context.Pump();
        }

        public Task FlushAsync() => device.Client.FlushAsync();

        public ValueTask DisposeAsync() => device.DisposeAsync();
    }
}
