using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Tests.Simulation.Time;

public sealed class ChanceTests
{
    [Fact]
    public void The_numbers_of_a_seed_are_the_same_for_ever()
    {
        // The published first numbers of SplitMix64 from 0: a stored seed must mean the same in years.
        var chance = new Chance(0);

        Assert.Equal([0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F], Enumerable.Range(0, 3).Select(_ => chance.Next()));
    }

    [Fact]
    public void What_one_part_draws_does_not_change_what_another_does()
    {
        var world = new Chance(7);
        var expected = new Chance(7).For("network").Next();
        var other = world.For("disk");
        other.Next();
        world.Next();

        Assert.Equal(expected, world.For("network").Next());
        Assert.NotEqual(expected, new Chance(8).For("network").Next());
        Assert.NotEqual(expected, new Chance(7).For("disk").Next());
    }

    [Fact]
    public void Draws_keep_their_bounds_and_reach_them()
    {
        var chance = new Chance(1);
        var numbers = Enumerable.Range(0, 1_000).Select(_ => chance.Between(-2, 2)).ToHashSet();
        var times = Enumerable.Range(0, 1_000).Select(_ => chance.Between(TimeSpan.FromMicroseconds(3), TimeSpan.FromMicroseconds(5)).TotalMicroseconds).ToHashSet();

        Assert.Equal([-2, -1, 0, 1, 2], numbers.Order());
        Assert.Equal([3, 4, 5], times.Order());
        Assert.Equal(["a", "b"], Enumerable.Range(0, 100).Select(_ => chance.Pick("a", "b")).Distinct().Order());
        Assert.DoesNotContain(true, Enumerable.Range(0, 1_000).Select(_ => chance.Happens(0)));
        Assert.DoesNotContain(false, Enumerable.Range(0, 1_000).Select(_ => chance.Happens(1)));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => chance.Happens(0.3)), 2_800, 3_200);
    }

    [Fact]
    public void Ids_repeat_with_their_seed_and_fill_every_byte()
    {
        var ids = new SeededIdSource(new Chance(1));
        var again = new SeededIdSource(new Chance(1));
        var drawn = Enumerable.Range(0, 100).Select(_ => ids.NewId()).ToArray();

        Assert.Equal(drawn, Enumerable.Range(0, 100).Select(_ => again.NewId()));
        Assert.Equal(100, drawn.Distinct().Count());
        var bytes = new byte[13];
        ids.Fill(bytes);
        Assert.NotEqual(0, bytes[12]);
    }
}
