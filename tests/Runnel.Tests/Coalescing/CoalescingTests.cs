using CsCheck;
using Runnel.Tests.Records;

namespace Runnel.Tests.Coalescing;

/// <summary>What several authors do, played twice: with outboxes that coalesce, and with every edit an event of its own.</summary>
public class CoalescingTests
{
    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Coalescing_is_invisible(string rules)
    {
        var settings = Rules.Named(rules);
        Authors.Any.Sample(authors =>
        {
            var coalesced = authors.PlayCoalesced(settings);
            var asMade = authors.PlayAsMade(settings, coalesced);

            // At every border between runs; within a run, others may see a merged edit before its neighbours.
            Assert.Equal(asMade.Runs.Count, coalesced.Runs.Count);
            for (var runs = 1; runs <= asMade.Runs.Count; runs++)
            {
                Assert.Equal(
                    asMade.Runs.Take(runs).SelectMany(run => run).Play(settings).Show(),
                    coalesced.Runs.Take(runs).SelectMany(run => run).Play(settings).Show());
            }
        }, iter: Randomized.Runs(500));
    }

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void An_author_sees_its_edit_as_it_made_it(string rules)
    {
        var settings = Rules.Named(rules);
        Authors.Any.Sample(authors => authors.PlayCoalesced(settings, sight => Assert.Equal(sight.Want, sight.Got)), iter: Randomized.Runs(200));
    }

    [Fact]
    public void The_simulated_authors_shorten_much()
    {
        var (made, sent) = (0, 0);
        Authors.Any.Sample(authors =>
        {
            var coalesced = authors.PlayCoalesced(Rules.Causal);
            Interlocked.Add(ref sent, coalesced.Runs.Sum(run => run.Count));
            Interlocked.Add(ref made, authors.PlayAsMade(Rules.Causal, coalesced).Runs.Sum(run => run.Count));
        }, iter: 1_000);   // enough that chance does not decide

        Assert.True(sent < made * 0.85, $"Of {made} edits, {sent} were sent: too few merged to tell anything.");
    }
}
