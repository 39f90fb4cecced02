using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;
using Runnel.Tests;

namespace Runnel.Client.Tests.Collections;

public class LiveListPropertyTests
{
    /// <summary>What a user does to a task: the action, which task, and the number of a title.</summary>
    private static readonly Gen<(int Action, int Task, int Title)> Step = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 1_000], Gen.Int[0, 8]);

    [Fact]
    public async Task What_a_user_interface_makes_of_the_events_is_what_a_new_query_answers() =>
        await Gen.Select(Step.List[1, 60], Gen.Int[0, 8]).SampleAsync(async (steps, limit) =>
        {
            var (time, context) = (new FakeTimeProvider(), new PumpedContext());
            await using var device = await Device.OpenAsync(new SmallServer(), configure: options => options.Time = time);
            var tasks = device.Collection<TodoTask>();
            for (var i = 0; i < 4; i++) tasks.Insert(new() { Title = $"{i}" });
            LiveList<TodoTask>? list = null;
            context.Within(() => list = Query(tasks, limit).Bind());
            var mirror = new MirroredList<TodoTask>(list!);

            foreach (var (action, number, title) in steps)
            {
                Do(tasks, action, number, title);
                if (action != 6) continue;
                time.Advance(LiveList<TodoTask>.Interval);
                context.Pump();
                Assert.Equal(Expected(tasks, limit), mirror.Items);
            }
            time.Advance(LiveList<TodoTask>.Interval);
            context.Pump();

            Assert.Equal(Expected(tasks, limit), mirror.Items);
            Assert.Equal(mirror.Items, Query(tasks, limit));
            Assert.Equal(mirror.Items, Enumerable.Range(0, list!.Count).Select(index => list[index]));
            Assert.All(tasks, task => Assert.Equal(mirror.Items.IndexOf(task), list.IndexOf(task)));
            list.Dispose();
        }, iter: Randomized.Runs(60), threads: 1);

    private static LiveQuery<TodoTask> Query(SyncedCollection<TodoTask> tasks, int limit)
    {
        var query = tasks.Where(task => !task.Completed).OrderByDescending(task => task.Label).ThenBy(task => task.Title);
        return limit == 0 ? query : query.Take(limit);
    }

    private static IEnumerable<TodoTask> Expected(SyncedCollection<TodoTask> tasks, int limit) =>
        Enumerable.Where(tasks, task => !task.Completed)
            .OrderByDescending(task => task.Label).ThenBy(task => task.Title).ThenBy(task => task.Key()!.Value)
            .Take(limit == 0 ? int.MaxValue : limit);

    private static void Do(SyncedCollection<TodoTask> tasks, int action, int number, int title)
    {
        var task = tasks.Count == 0 ? null : tasks.ElementAt(number % tasks.Count);
        switch (action)
        {
            case 0 or 1: tasks.Insert(new() { Title = $"{title}", Label = (Label)(title % 3) }); break;
            case 2: task?.Title = $"{title}"; break;
            case 3: task?.Label = (Label)(title % 3); break;
            case 4: task?.Completed = title % 2 == 0; break;
            case 5 when task is not null: tasks.Remove(task); break;
        }
    }
}
