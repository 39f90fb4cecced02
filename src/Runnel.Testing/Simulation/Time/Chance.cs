using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Runnel.Testing.Simulation.Time;

/// <summary>
/// Chance that repeats itself: the same numbers for the same seed, on every machine and in every version of .NET (SplitMix64).
/// </summary>
internal sealed class Chance
{
    private readonly ulong _seed;
    private ulong _state;

    /// <summary>Begins at <paramref name="seed"/>.</summary>
    public Chance(ulong seed) => _seed = _state = seed;

    /// <summary>The chance of one part of a world: what others draw does not change what it draws.</summary>
    public Chance For(string part) => new(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(part.AsSpan()), (long)_seed));

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 to just below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>A time from <paramref name="least"/> to <paramref name="most"/>, in microseconds.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) =>
        least + TimeSpan.FromMicroseconds((double)(Next() % (ulong)((most - least).Ticks / TimeSpan.TicksPerMicrosecond + 1)));

    /// <summary>Whether something happens that does so with <paramref name="probability"/>.</summary>
    public bool Happens(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>One of <paramref name="choices"/>.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
