using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Conflicts;

/// <summary>Order comes from what authors had seen; what their clocks say changes nothing.</summary>
public class ClockTests
{
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3_652);

    [Fact]
    public async Task Clocks_that_are_ten_years_off_change_no_result()
    {
        var right = await PlayAsync(TimeSpan.Zero, TimeSpan.Zero);

        Assert.Equal(["Oat milk Pink", "Tea Red"], right.Tasks);
        Assert.NotEmpty(right.Conflicts);
        foreach (var (home, away) in new[] { (TenYears, -TenYears), (-TenYears, TenYears), (TenYears, TimeSpan.Zero) })
        {
            var wrong = await PlayAsync(home, away);
            Assert.Equal(right.Tasks, wrong.Tasks);
            Assert.Equal(right.Conflicts, wrong.Conflicts);
        }
    }

    /// <summary>Two devices write the same objects at once, one of them having seen more; what both end with.</summary>
    private static async Task<(string[] Tasks, string[] Conflicts)> PlayAsync(TimeSpan homeIsOff, TimeSpan awayIsOff)
    {
        var server = new SmallServer();
        await using var home = await Device.OpenAsync(server, 1, configure: options => options.Time = new WrongClock(homeIsOff));
        await using var away = await Device.OpenAsync(server, 2, configure: options => options.Time = new WrongClock(awayIsOff));
        var (atHome, onTheWay) = (home.Collection<TodoTask>(), away.Collection<TodoTask>());
        atHome.Insert(new() { Title = "Milk", Label = Label.Pink });
        await home.SyncAsync();
        atHome.Insert(new() { Title = "Bread" });
        await Device.SyncAllAsync(home, away);

        await away.CutAsync();
        onTheWay.Single(task => task.Title == "Milk").Title = "Soy milk";
        onTheWay.Single(task => task.Title == "Bread").Label = Label.Red;
        onTheWay.Insert(new() { Title = "Tea", Label = Label.Red });
        atHome.Remove(atHome.Single(task => task.Title == "Bread"));
        await home.SyncAsync();
        atHome.Single(task => task.Title == "Milk").Title = "Oat milk";
        await home.SyncAsync();
        await Device.SyncAllAsync(home, away);

        var tasks = Show(atHome);
        Assert.Equal(tasks, Show(onTheWay));
        return (tasks, [.. onTheWay.Conflicts.Select(conflict => conflict.ToString()).Order(StringComparer.Ordinal)]);
    }

    private static string[] Show(IEnumerable<TodoTask> tasks) => [.. tasks.Select(task => $"{task.Title} {task.Label}").Order(StringComparer.Ordinal)];

    /// <summary>A clock that goes at the right pace and shows the wrong time.</summary>
    private sealed class WrongClock(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;
    }
}
