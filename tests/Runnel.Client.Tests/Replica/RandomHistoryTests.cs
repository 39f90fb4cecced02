using Runnel.Tests;

namespace Runnel.Client.Tests.Replica;

/// <summary>Random histories of several replicas: they end equal, with every edit exactly once, whatever happens on the way.</summary>
public sealed class RandomHistoryTests
{
    internal static readonly int Seeds = Randomized.Runs(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Replicas_end_equal_with_every_edit_once(bool coalesces)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var broken = new ReplicaWorld(seed, new WorldOptions { Coalesces = coalesces }).Play(steps: 50 + seed % 400);
            Assert.True(broken is null, $"Seed {seed}: {broken}");
        }
    }

    [Fact]
    public void Coalescing_is_invisible_but_for_what_it_saves()
    {
        var (with, without) = (0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var coalesced = CoalescingWorld.Play(seed, Coalescing.Coalescer.Add, out var events);
            var plain = CoalescingWorld.Play(seed, CoalescingWorld.Never, out var all);
            Assert.Equal(64, plain.Length);
            Assert.True(coalesced == plain, $"Seed {seed}: coalescing has changed the result.");
            (with, without) = (with + events, without + all);
        }
        Assert.True(with < 0.9 * without, $"Of {without} events, {with} were sent: hardly anything was coalesced.");
    }
}
