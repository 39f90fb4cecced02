namespace Runnel.AspNetCore.Tests;

/// <summary>One server for all tests of a class, each of which takes a stream of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private int _streams;

    internal RunningServer Server { get; private set; } = null!;

    public string NewStream() => $"s{Interlocked.Increment(ref _streams)}";

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
