using Runnel.Client;
using Runnel.Testing.Simulation.Devices;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Apps;

/// <summary>Who uses a simulated app on one device. What a user chooses hangs on the seed alone, so that a run repeats itself.</summary>
public sealed class AppUser
{
    private readonly Chance _chance;
    private readonly Func<SimulatedWriter> _writer;
    private int _count;

    internal AppUser(string name, Chance chance, Func<SimulatedWriter> writer) => (Name, _chance, _writer) = (name, chance, writer);

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>A number from 0 to just below <paramref name="bound"/>.</summary>
    public int Below(int bound) => _chance.Below(bound);

    /// <summary>Whether something happens that does so with <paramref name="probability"/>.</summary>
    public bool Happens(double probability) => _chance.Happens(probability);

    /// <summary>One of <paramref name="choices"/>.</summary>
    public T Pick<T>(params IReadOnlyList<T> choices) => choices[_chance.Below(choices.Count)];

    /// <summary>A text that occurs nowhere else in the world.</summary>
    public string NewText() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name}.{++_count}");

    /// <summary>
    /// Does <paramref name="action"/> once all edits so far are on the device's disk: from then on they must not be lost. Edits before that a
    /// crash may take back.
    /// </summary>
    public void WhenDurable(Action action) => _writer().OnDurable(action);
}
