using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Runnel.Protocol;
using Runnel.Server.Sqlite;

namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>A subscriber that stops reading costs the others nothing, and the server a fixed amount, until it is cut off.</summary>
[Collection(nameof(Alone))]
public sealed class SlowReaderTests
{
    private const int Events = 1_500;
    private const int EventBytes = 32 * 1024;

    // What one connection may hold: a frame being gathered, one being sent, and the answers and signals that wait; and room for the rest of the process.
    private const long MaxGrowth = 16L * 1024 * 1024;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Memory_stays_flat_the_others_go_on_and_in_the_end_it_is_cut_off()
    {
        var directory = Directory.CreateTempSubdirectory("runnel-slow-").FullName;
        try
        {
            var log = new RecordedLog();
            await using var store = await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = directory, TimeProvider = TimeProvider.System });
            var running = await RunningServer.StartAsync(
                options => options.Sync.SilenceTimeout = TimeSpan.FromMinutes(10),
                services => services.AddSingleton<TimeProvider>(_time).AddSingleton<Server.Stores.IStreamStore>(store).AddSingleton<ILoggerProvider>(log));
            await using var server = new SyncServer(running);
            await using var reader = await server.ConnectAsync("reader");
            await reader.SendAsync("""{"type":"subscribe","stream":"todo","after":0,"create":{}}""");
            await reader.ReceiveAsync("subscribed");
            await using var slow = await RawSocket.OpenAsync(server.Address, "slow", receiveBufferBytes: 4096);
            await slow.SendAsync(RawSocket.Frame(RawSocket.Text, """{"type":"subscribe","stream":"todo","after":0}"""));
            var before = GC.GetTotalMemory(forceFullCollection: true);

            for (var i = 1; i <= Events; i++)
            {
                await PublishAsync(server, i);
                if (i % 100 == 0) Assert.Equal(Enumerable.Range(i - 99, 100).Select(seq => (long)seq), await reader.ReceiveEventsAsync("todo", i));
            }
            var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.True(growth < MaxGrowth, $"{growth / 1024} KiB more are held after {Events * (EventBytes / 1024)} KiB that the slow one did not take");

            await Patience.UntilAsync(
                () =>
                {
                    _time.Advance(TimeSpan.FromSeconds(30));
                    return log.Lines.Contains("Cutting a connection off: It takes nothing.");
                },
                "the slow reader is cut off");
            await slow.ReadToEndAsync();
            await PublishAsync(server, Events + 1);
            Assert.Equal([Events + 1], await reader.ReceiveEventsAsync("todo", Events + 1));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task PublishAsync(SyncServer server, int number)
    {
        var fields = EventFields.Create([new FieldChange(FieldName.Parse("text"), Delta.Set(CanonicalJson.FromString(new string('x', EventBytes))))]);
        var key = new ObjectKey(CollectionName.Parse("task"), ObjectId.Parse("milk"));
        var request = new PublishRequest
        {
            Stream = StreamName.Parse("todo"), Client = ClientId.Parse("author"), Events = [new EventDraft(number, Seq.None, EventOp.Update, key, fields)],
        };
        Assert.IsType<PublishResult.Published>(await server.Homes.PublishAsync(request, TestContext.Current.CancellationToken));
    }

    /// <summary>What the server logs.</summary>
    private sealed class RecordedLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}

/// <summary>Tests that look at the whole process, and so run beside no other.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
