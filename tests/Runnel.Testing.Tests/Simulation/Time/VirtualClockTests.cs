using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Tests.Simulation.Time;

public sealed class VirtualClockTests
{
    private readonly Timeline _timeline = new();
    private readonly VirtualClock _clock;
    private readonly List<double> _fired = [];

    public VirtualClockTests() => _clock = new VirtualClock(_timeline);

    [Fact]
    public void What_is_due_is_done_in_order_and_time_jumps_to_it()
    {
        var done = new List<string>();
        _timeline.After(Milliseconds(5), () => done.Add($"second at {_timeline.Now.TotalMilliseconds}"));
        _timeline.After(Milliseconds(1), () =>
        {
            done.Add($"first at {_timeline.Now.TotalMilliseconds}");
            _timeline.After(Milliseconds(4), () => done.Add($"third at {_timeline.Now.TotalMilliseconds}"));
        });
        _timeline.After(Milliseconds(20), () => done.Add("too late"));

        Pass(10);

        Assert.Equal(["first at 1", "second at 5", "third at 5"], done);
        Assert.Equal((Milliseconds(10), 3L), (_timeline.Now, _timeline.Steps));
    }

    [Fact]
    public void A_clock_that_is_wrong_measures_time_all_the_same()
    {
        var (before, timestamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        Pass(1_500);
        _clock.Error = TimeSpan.FromDays(-3_650);

        Assert.Equal(before.AddDays(-3_650).AddSeconds(1.5), _clock.GetUtcNow());
        Assert.Equal(Milliseconds(1_500), _clock.GetElapsedTime(timestamp));
    }

    [Fact]
    public void Timers_fire_in_virtual_time_until_they_are_changed_or_disposed()
    {
        using var timer = _clock.CreateTimer(_ => _fired.Add(_timeline.Now.TotalMilliseconds), null, Milliseconds(10), Milliseconds(20));

        Pass(60);
        Assert.Equal([10, 30, 50], _fired);

        timer.Change(Milliseconds(5), Timeout.InfiniteTimeSpan);
        Pass(100);
        Assert.Equal([10, 30, 50, 65], _fired);

        timer.Change(Milliseconds(5), Milliseconds(5));
        timer.Dispose();
        Pass(100);
        Assert.Equal(4, _fired.Count);
    }

    [Fact]
    public async Task Whatever_takes_a_clock_can_wait_on_it()
    {
        var delay = Task.Delay(Milliseconds(100), _clock, TestContext.Current.CancellationToken);
        Pass(99);
        Assert.False(delay.IsCompleted);
        Pass(1);
        await delay;
    }

    private static TimeSpan Milliseconds(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private void Pass(int milliseconds)
    {
        var end = _timeline.Now + Milliseconds(milliseconds);
        while (_timeline.TryStep(end)) { }
    }
}
