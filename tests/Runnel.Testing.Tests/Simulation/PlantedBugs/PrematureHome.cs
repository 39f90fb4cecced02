using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Simulation;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>Does some of what must wait for the commit as soon as it is handed over: acknowledges before it, or shows before it.</summary>
internal sealed class PrematureHome(ISimulatedHome inner, Func<HomeOutput, bool> isEarly) : ISimulatedHome
{
    private readonly Queue<List<HomeOutput>> _withheld = new();
    private readonly List<HomeRequest> _waiting = [];
    private bool _hasFailed;

    public StreamHeader? DurableHeader => inner.DurableHeader;

    public void Handle(HomeInput input, List<HomeOutput> outputs)
    {
        switch (input)
        {
            case HomeInput.Committed:
                outputs.AddRange(_withheld.Dequeue());
                ReloadIfFailed(outputs);
                break;
            case HomeInput.CommitFailed:
                _withheld.Dequeue();
                _hasFailed = true;
                ReloadIfFailed(outputs);
                break;
            case HomeRequest request when _hasFailed: _waiting.Add(request); break;
            default: Pass(input, outputs); break;
        }
    }

    private void Pass(HomeInput input, List<HomeOutput> outputs)
    {
        var made = new List<HomeOutput>();
        inner.Handle(input, made);
        foreach (var output in made)
        {
            if (output is HomeOutput.Append) HandOver(output, outputs);
            else if (_withheld.Count > 0 && !isEarly(output)) _withheld.Last().Add(output);
            else outputs.Add(output);
        }
    }

    /// <summary>Makes the home believe that the append is durable.</summary>
    private void HandOver(HomeOutput append, List<HomeOutput> outputs)
    {
        outputs.Add(append);
        var landed = new List<HomeOutput>();
        inner.Handle(new HomeInput.Committed(), landed);
        outputs.AddRange(landed.Where(isEarly));
        _withheld.Enqueue([.. landed.Where(output => !isEarly(output))]);
    }

    private void ReloadIfFailed(List<HomeOutput> outputs)
    {
        if (_hasFailed && _withheld.Count == 0) outputs.Add(new HomeOutput.Reload([.. _waiting]));
    }
}
