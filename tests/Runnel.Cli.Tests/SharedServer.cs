namespace Runnel.Cli.Tests;

/// <summary>One server for all tests of a class, each of which takes a stream of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private int _streams;

    internal ServerProcess Server { get; } = new();

    public string NewStream() => $"s{Interlocked.Increment(ref _streams)}";

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
