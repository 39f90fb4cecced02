using Runnel.Client.LocalStore;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>Does at once what should wait until it is on the disk.</summary>
internal sealed class SendsEarly(ILocalWriter inner) : ILocalWriter
{
    public void Write(IEnumerable<LocalWrite> writes, Action? then)
    {
        inner.Write(writes, null);
        then?.Invoke();
    }

    public Task FlushAsync() => inner.FlushAsync();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
