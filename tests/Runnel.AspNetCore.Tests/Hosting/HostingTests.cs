using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Runnel.AspNetCore.Hosting;
using Runnel.Server;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.AspNetCore.Tests.Hosting;

public sealed class HostingTests
{
    [Fact]
    public async Task Options_that_cannot_work_stop_the_start_and_say_key_value_and_mend()
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningServer.StartAsync(options =>
        {
            options.MaxBatchEvents = 0;
            options.MaxBatchBytes = 10_000;
            options.IdleTimeout = TimeSpan.Zero;
        }));

        Assert.Contains("Runnel:MaxBatchEvents is 0; choose 1 to 100000.", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Runnel:MaxBatchBytes is 10000; choose at least MaxEventBytes, 65536", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Runnel:IdleTimeout is 00:00:00; choose 00:00:01", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_come_from_the_section_Runnel_and_code_has_the_last_word()
    {
        var options = await Read(new() { ["Runnel:MaxBatchEvents"] = "7", ["Runnel:MaxPageEvents"] = "8" }, code => code.MaxPageEvents = 9);
        Assert.Equal((7, 9), (options.MaxBatchEvents, options.MaxPageEvents));

        var unknown = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Read(new() { ["Runnel:MaxBatchEvnts"] = "7" }));
        Assert.Contains("MaxBatchEvnts", unknown.ToString(), StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Read(new() { ["Runnel:MaxBatchEvents"] = "many" }));
        Assert.Contains("Runnel:MaxBatchEvents", wrong.ToString(), StringComparison.Ordinal);

        static async Task<RunnelServerOptions> Read(Dictionary<string, string?> settings, Action<RunnelServerOptions>? configure = null)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Services.AddRunnel(configure);
            builder.Services.AddSingleton<IStreamStore>(new InMemoryStreamStore(new SimulatedDisk()));
            using var host = builder.Build();
            await host.StartAsync(TestContext.Current.CancellationToken);
            return host.Services.GetRequiredService<IOptions<RunnelServerOptions>>().Value;
        }
    }

    [Fact]
    public async Task A_server_without_a_store_says_what_is_missing()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddRunnel();
        using var host = builder.Build();
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("UseSqlite", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_logs_in_nobody_else_gets_in()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningServer.StartAsync(url: "http://0.0.0.0:0"));
        Assert.Contains("Runnel:IsOpen", fault.Message, StringComparison.Ordinal);

        await using var open = await RunningServer.StartAsync(options => options.IsOpen = true, url: "http://0.0.0.0:0");
        await using var login = await RunningServer.StartAsync(
            services: services => services.AddAuthorization().AddAuthentication(), map: app => app.MapRunnel().RequireAuthorization(), url: "http://0.0.0.0:0");
    }

    [Theory]
    [InlineData("http://127.0.0.1:80", true)]
    [InlineData("http://127.8.9.1:80", true)]
    [InlineData("http://LocalHost:80", true)]
    [InlineData("http://[::1]:80", true)]
    [InlineData("http://unix:/tmp/runnel.sock", true)]
    [InlineData("http://0.0.0.0:80", false)]
    [InlineData("http://[::]:80", false)]
    [InlineData("http://*:80", false)]
    [InlineData("http://+:80", false)]
    [InlineData("http://192.168.1.2:80", false)]
    [InlineData("http://example.org:80", false)]
    [InlineData("http://localhost.example.org:80", false)]
    public void Loopback_is_what_only_this_machine_reaches(string url, bool isLoopback) => Assert.Equal(isLoopback, LoopbackAddress.Covers(url));

    [Fact]
    public async Task A_server_that_stops_finishes_what_it_took_in()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddAsync("s", "c", "1");
        server.Disk.HoldsCommits = true;
        var publishing = server.PublishAsync("s", """{"client":"c","events":[{"op":"insert","collection":"task","id":"2","fields":{}}]}""");
        await WaitUntilAsync(() => server.Disk.HasHeldCommit);

        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);
        var ready = server.App.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await WaitUntilAsync(() => ready.IsCancellationRequested);
        Assert.False(publishing.IsCompleted);
        server.Disk.HoldsCommits = false;
        server.Disk.ReleaseCommit();

        long[] expected = [2];
        Assert.Equal(expected, (await publishing).Seqs());
        await stopping;
        Assert.Equal(2, server.Disk.SyncedCommits.Sum(group => group.Sum(append => append.Events.Count)));
    }

    [Fact]
    public async Task Faults_are_told_without_their_insides()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddAsync("s", "c", "1");
        server.Disk.FailsReads = true;

        foreach (var path in new[] { "/v1/streams/s", "/v1/streams", "/v1/streams/s/events", "/v1/streams/s/state" })
        {
            (await server.GetAsync(path)).AssertProblem(HttpStatusCode.InternalServerError, "internal");
        }
        (await server.GetAsync("/health/ready")).AssertProblem(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/live")).Status);

        server.Disk.FailsReads = false;
        Assert.Equal("""{"status":"ready"}""", (await server.GetAsync("/health/ready")).Body);
        Assert.Equal(2, await server.AddAsync("s", "c", "2"));
    }

    [Fact]
    public async Task A_damaged_event_stops_its_readers_and_nobody_else()
    {
        await using var server = await RunningServer.StartAsync();
        for (var i = 1; i <= 3; i++) await server.AddAsync("bad", "c", $"{i}");
        await server.AddAsync("good", "c", "1");
        server.Disk.Damage(StreamName.Parse("bad"), new Seq(2));

        long[] first = [1];
        Assert.Equal(first, (await server.GetAsync("/v1/streams/bad/events?limit=1")).EventSeqs);
        (await server.GetAsync("/v1/streams/bad/events")).AssertProblem(HttpStatusCode.InternalServerError, "internal");
        (await server.GetAsync("/v1/streams/bad/state")).AssertProblem(HttpStatusCode.InternalServerError, "internal");
        Assert.Equal(first, (await server.GetAsync("/v1/streams/good/events")).EventSeqs);
        Assert.Equal(2, await server.AddAsync("good", "c", "2"));
    }

    [Fact]
    public async Task Appends_reads_and_states_are_counted()
    {
        var counted = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Runnel.Server") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counted.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => counted.AddOrUpdate(instrument.Name, 1, (_, sum) => sum + 1));
        listener.Start();

        await using var server = await RunningServer.StartAsync();
        await server.AddAsync("s", "c", "1");
        await server.PublishAsync("s", """{"client":"c","events":[{"op":"upsert"}]}""");
        await server.GetAsync("/v1/streams/s/events");
        await server.GetAsync("/v1/streams/s/state");

        // Other tests run at the same time and are counted as well.
        foreach (var (name, least) in new[] { ("appends", 2), ("append.events", 1), ("append.duration", 2), ("reads", 1), ("read.events", 1), ("states", 1), ("state.duration", 1) })
        {
            Assert.True(counted.GetValueOrDefault($"runnel.server.{name}") >= least, $"{name}: {counted.GetValueOrDefault($"runnel.server.{name}")}");
        }
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(5, patience.Token);
    }
}
