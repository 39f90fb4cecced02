using Runnel.Server.Homes;

namespace Runnel.Testing.Simulation;

/// <summary>A stream's home as the simulated server drives it: the real <see cref="StreamHome"/>, or something around it.</summary>
public interface ISimulatedHome
{
    /// <summary>What the stream durably is; <c>null</c> while it does not exist.</summary>
    Runnel.Server.Stores.StreamHeader? DurableHeader { get; }

    /// <summary>Takes one input and adds what to do about it to <paramref name="outputs"/>, as <see cref="StreamHome.Handle"/>.</summary>
    void Handle(HomeInput input, List<HomeOutput> outputs);
}

/// <summary>The real home.</summary>
internal sealed class ProductHome(StreamHome home) : ISimulatedHome
{
    public Runnel.Server.Stores.StreamHeader? DurableHeader => home.DurableHeader;

    public void Handle(HomeInput input, List<HomeOutput> outputs) => home.Handle(input, outputs);
}
