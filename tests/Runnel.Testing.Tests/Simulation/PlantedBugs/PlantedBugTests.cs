using System.Globalization;
using System.Text;
using Runnel.Testing.Simulation;
using Runnel.Tests;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>
/// A simulator that finds nothing proves nothing: each of these worlds is like the others but for one mistake, and is caught with the
/// promise that it breaks. The control is <see cref="SimulationTests"/>, which keeps every promise over the same seeds.
/// </summary>
public sealed class PlantedBugTests
{
    private const string Report = "docs/planted-bugs.md";

    public static TheoryData<string> Names => [.. PlantedBugs.All.Select(bug => bug.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_planted_bug_is_caught_with_the_promise_that_it_breaks(string name)
    {
        var bug = PlantedBugs.All.Single(bug => bug.Name == name);

        var (seeds, broken, others) = Catch(bug);

        Assert.True(broken is not null, $"{SimulatedSeeds.Count} seeds do not see that {bug.Promises} is broken; what they see is {string.Join(", ", others)}.");
        TestContext.Current.TestOutputHelper!.WriteLine($"Caught after {seeds} seeds: {broken}");
    }

    /// <summary>With <c>RUNNEL_WRITE_REPORTS=1</c> the page is written anew; else it must list what there is, with figures that a run can have.</summary>
    [Fact]
    public void The_report_lists_every_planted_bug_with_its_promise()
    {
        var path = Path.Combine(Repository.Root, Report);
        if (Environment.GetEnvironmentVariable("RUNNEL_WRITE_REPORTS") == "1") File.WriteAllText(path, Write());

        var rows = File.ReadAllLines(path).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();

        Assert.True(PlantedBugs.All.Count >= 25);
        Assert.Equal(PlantedBugs.All.Select(Row), rows.Select(row => row[..(row.TrimEnd(' ', '|').LastIndexOf('|') + 1)]));
        Assert.All(rows, row => Assert.InRange(int.Parse(row.TrimEnd(' ', '|').Split('|')[^1], CultureInfo.InvariantCulture), 1, SimulatedSeeds.Count));
    }

    private static (int Seeds, BrokenPromise? Broken, IReadOnlyCollection<Promise> Others) Catch(PlantedBug bug)
    {
        var others = new HashSet<Promise>();
        for (var seeds = 1; seeds <= SimulatedSeeds.Count; seeds++)
        {
            if (Simulator.Run(SimulatedSeeds.First + seeds - 1, bug.Plant()).Broken is not { } broken) continue;
            if (broken.Promise == bug.Promise || broken.Promise == bug.Or) return (seeds, broken, others);
            others.Add(broken.Promise);
        }
        return (0, null, others);
    }

    private static string Row(PlantedBug bug) => $"| {bug.Name} | {bug.Area} | {bug.Promises} |";

    private static string Write()
    {
        var page = new StringBuilder($"""
            # Planted bugs

            A simulator that finds nothing proves nothing. Each of these {PlantedBugs.All.Count} mistakes is made on purpose in worlds that are else as those of
            `Every_promise_is_kept` (docs/simulator.md), by decorators that live in the tests: nothing that is shipped can be switched to them. Each is caught
            by `A_planted_bug_is_caught_with_the_promise_that_it_breaks`, with the promise that it breaks, within the 400 seeds of `./test`. The last column says
            after how many seeds it was when this page was written; `RUNNEL_WRITE_REPORTS=1` writes it anew, and
            `The_report_lists_every_planted_bug_with_its_promise` keeps it complete.

            | What is wrong | Where | Promise | Caught after seeds |
            |---|---|---|---|

            """);
        foreach (var bug in PlantedBugs.All) page.AppendLine(CultureInfo.InvariantCulture, $"{Row(bug)} {Catch(bug).Seeds} |");
        return page.ToString();
    }
}
