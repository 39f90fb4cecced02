using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Runnel.Client.Tests.Conflicts;
using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.DependencyInjection;

public class ServiceTests
{
    [Fact]
    public async Task A_container_makes_one_client_and_closes_it()
    {
        var (server, store) = (new SmallServer(), new MemoryStore());
        var services = new ServiceCollection();
        services.AddRunnelClient("http://localhost", store, options => options.Transport = server.NewWire());
        await using (var provider = services.BuildServiceProvider())
        {
            var client = provider.GetRequiredService<RunnelClient>();
            Assert.Same(client, provider.GetRequiredService<RunnelClient>());
            client.Stream("todo:home").Collection<TodoTask>().Insert(new() { Title = "Milk" });
        }

        await using var again = await Device.OpenAsync(server, store: store);
        Assert.Equal("Milk", Assert.Single(again.Collection<TodoTask>()).Title);
    }

    [Fact]
    public async Task Logs_go_where_those_of_the_app_go()
    {
        var log = new Log();
        var server = new SmallServer { Refuses = _ => "no" };
        var wire = server.NewWire();
        wire.Plug();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(log);
        services.AddRunnelClient("http://localhost", new MemoryStore(), options => options.Transport = wire);
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<RunnelClient>().Stream("todo:home").Collection<TodoTask>().Insert(new() { Title = "Milk" });

        await Device.UntilAsync(() => log.Lines.Contains("todo:home refused 1 edits for good: no. They are kept until somebody decides"));
    }

    [Fact]
    public async Task What_a_client_does_can_be_measured()
    {
        var server = new SmallServer();
        using var measured = new Measured();
        await using var device = await Device.OpenAsync(server, 1, configure: options => options.Meters = measured);
        await using var other = await Device.OpenAsync(server, 2);
        await ConflictTests.CollideAsync(device, other);
        await device.CutAsync();
        await device.SyncAsync();
        await device.CutAsync();
        device.Collection<TodoTask>().Insert(new() { Title = "waits" });

        var values = measured.Read();

        Assert.Equal((1, 0), (values["runnel.client.pending"], values["runnel.client.sync.lag"]));
        Assert.Equal(1, values["runnel.client.conflicts"]);
        await Device.UntilAsync(() => measured.Read().GetValueOrDefault("runnel.client.reconnects") == 2);
    }

    private sealed class Measured : IMeterFactory
    {
        private readonly List<Meter> _meters = [];
        private readonly MeterListener _listener = new();
        private readonly Lock _gate = new();
        private readonly Dictionary<string, long> _values = [];

        public Measured()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (_meters.Contains(instrument.Meter)) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
            _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument.Name, value));
            _listener.Start();
        }

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        /// <summary>Counters since this was made, and gauges as they are.</summary>
        public Dictionary<string, long> Read()
        {
            lock (_gate)
            {
                _values["runnel.client.pending"] = _values["runnel.client.sync.lag"] = 0;
                _listener.RecordObservableInstruments();
                return new(_values);
            }
        }

        public void Dispose() => _listener.Dispose();

        private void Add(string name, long value)
        {
            lock (_gate) _values[name] = _values.GetValueOrDefault(name) + value;
        }
    }

    private sealed class Log : ILoggerFactory, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
