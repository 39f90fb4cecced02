namespace Runnel.Client.Sqlite.Tests;

/// <summary>Tests in which clients on SQLite files talk to a server in a process of its own; each has its own server.</summary>
public abstract class ServerTests : IAsyncLifetime
{
    private protected TemporaryDirectory Files { get; } = new();

    private protected ServerProcess Server { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Server = await ServerProcess.StartNewAsync();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Files.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A client whose store is the file of this name.</summary>
    protected Task<RunnelClient> OpenAsync(string name, RunnelClientOptions? options = null) =>
        RunnelClient.OpenAsync(Server.Url, SqliteReplica.At(Files.File($"{name}.db")), options, Cancellation);
}
