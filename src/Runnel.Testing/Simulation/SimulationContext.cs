using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation;

/// <summary>What all parts of a simulated world share.</summary>
internal sealed class SimulationContext(long seed, int traceLines)
{
    private readonly long[] _reached = new long[Enum.GetValues<Landmark>().Length];
    private readonly HashSet<Type> _types = [];
    private Trace? _trace;

    /// <summary>Virtual time.</summary>
    public Timeline Timeline { get; } = new();

    /// <summary>The chance of the world; each part takes its own from it.</summary>
    public Chance Chance { get; } = new((ulong)seed);

    /// <summary>What happened.</summary>
    public Trace Trace => _trace ??= new Trace(Timeline, traceLines);

    /// <summary>The virtual time.</summary>
    public TimeSpan Now => Timeline.Now;

    /// <summary>Whether something still goes wrong and authors still make edits.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>The first promise that was seen broken.</summary>
    public BrokenPromise? Broken { get; private set; }

    /// <summary>How often each landmark was reached.</summary>
    public IReadOnlyDictionary<Landmark, long> Reached => Enum.GetValues<Landmark>().ToDictionary(landmark => landmark, landmark => _reached[(int)landmark]);

    /// <summary>The product's types that were seen.</summary>
    public IReadOnlySet<Type> ProductTypes => _types;

    /// <summary>Notes that <paramref name="landmark"/> was reached.</summary>
    public void Reach(Landmark landmark) => _reached[(int)landmark]++;

    /// <summary>Notes that a value of the product went through the simulation's hands.</summary>
    public void Meet(object value) => _types.Add(value.GetType());

    /// <summary>Notes that a promise is broken; the first one counts.</summary>
    public void Break(Promise promise, string details)
    {
        if (Broken is not null) return;
        Broken = new BrokenPromise(promise, details);
        Trace.Note($"BROKEN {Broken}");
    }
}
