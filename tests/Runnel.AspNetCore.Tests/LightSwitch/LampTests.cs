using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Runnel.AspNetCore.LightSwitch;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.AspNetCore.Tests.LightSwitch;

public sealed class LampTests
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_lamp_whose_stream_cannot_be_read_tries_again_after_a_while_and_not_before()
    {
        await using var server = await RunningServer.StartAsync(services: services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.AddSingleton<CountingStore>();
            services.AddSingleton<IStreamStore>(provider => provider.GetRequiredService<CountingStore>());
        });
        var (lamp, store) = (server.App.Services.GetRequiredService<Lamp>(), server.App.Services.GetRequiredService<CountingStore>());
        store.FailsLoads = true;

        using var watch = await lamp.WatchAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => store.Loads == 1);
        for (var tries = 2; tries <= 4; tries++)
        {
            await UntilAsync(() => lamp.IsWaiting);
            Assert.Equal(tries - 1, store.Loads);
            _time.Advance(RetryDelay);
            await UntilAsync(() => store.Loads == tries);
        }

        store.FailsLoads = false;
        await UntilAsync(() => lamp.IsWaiting);
        _time.Advance(RetryDelay);
        Assert.Null(await lamp.PutAsync(true, TestContext.Current.CancellationToken));
        while (!await watch.States.ReadAsync(TestContext.Current.CancellationToken)) { }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds()) await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    /// <summary>A store that can refuse to load streams, and counts how often it is asked to.</summary>
    private sealed class CountingStore : IStreamStore
    {
        private readonly InMemoryStreamStore _store = new(new SimulatedDisk());
        private int _loads;

        public bool FailsLoads { get; set; }

        public int Loads => Volatile.Read(ref _loads);

        public ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _loads);
            return FailsLoads
                ? ValueTask.FromException<StreamState?>(new StreamStoreException(StoreFault.Failed, "It cannot be read."))
                : _store.LoadAsync(stream, cancellationToken);
        }

        public ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken) => _store.CommitAsync(group, cancellationToken);

        public IAsyncEnumerable<EventBlock> ReadAsync(StreamName stream, Seq after, CancellationToken cancellationToken) => _store.ReadAsync(stream, after, cancellationToken);

        public ValueTask<IReadOnlyList<Seq>> FindAsync(StreamName stream, ClientId client, long firstClientSeq, int count, CancellationToken cancellationToken) =>
            _store.FindAsync(stream, client, firstClientSeq, count, cancellationToken);

        public ValueTask<IReadOnlyList<StreamHeader>> ListAsync(string prefix, string after, int limit, CancellationToken cancellationToken) =>
            _store.ListAsync(prefix, after, limit, cancellationToken);

        public ValueTask DisposeAsync() => _store.DisposeAsync();
    }
}
