using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Runnel.Server;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.AspNetCore.Tests;

/// <summary>A server on a free port of this machine, over a store whose disk the test can trouble.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private RunningServer(WebApplication app, SimulatedDisk disk)
    {
        App = app;
        Disk = disk;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(60) };
    }

    public WebApplication App { get; }

    public SimulatedDisk Disk { get; }

    public HttpClient Http { get; }

    public static async Task<RunningServer> StartAsync(
        Action<RunnelServerOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, string url = "http://127.0.0.1:0")
    {
        var disk = new SimulatedDisk();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IStreamStore>(_ => new InMemoryStreamStore(disk));
        builder.Services.AddRunnel(configure);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        if (map is null) app.MapRunnel();
        else map(app);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new RunningServer(app, disk);
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, null, headers);

    public Task<Answer> PutAsync(string path, string body = "") => SendAsync(HttpMethod.Put, path, Encoding.UTF8.GetBytes(body), "application/json");

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Answer> PublishAsync(string stream, string body) => PublishAsync(stream, Encoding.UTF8.GetBytes(body));

    public Task<Answer> PublishAsync(string stream, byte[] body) => SendAsync(HttpMethod.Post, $"/v1/streams/{stream}/events", body, "application/json");

    public Task<Answer> ImportAsync(string stream, params string[] lines) => ImportAsync(stream, Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    public Task<Answer> ImportAsync(string stream, byte[] body) => SendAsync(HttpMethod.Post, $"/v1/streams/{stream}/events", body, "application/x-ndjson");

    /// <summary>Publishes one event of a client by hand, and demands that it is taken.</summary>
    public async Task<long> AddAsync(string stream, string client, string id = "1", string fields = """{"title":"milk"}""")
    {
        var answer = await PublishAsync(stream, $$"""{"client":"{{client}}","events":[{"op":"insert","collection":"task","id":"{{id}}","fields":{{fields}}}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json.GetProperty("seqs")[0].GetInt64();
    }

    public async Task<long> HeadAsync(string stream) => (await GetAsync($"/v1/streams/{stream}")).Json.GetProperty("head").GetInt64();

    public async Task<Answer> SendAsync(HttpMethod method, string path, byte[]? body = null, string? type = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new ByteArrayContent(body);
        if (type is not null) request.Content!.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopAsync(TestContext.Current.CancellationToken);
        await App.DisposeAsync();
    }

    /// <summary>What came back.</summary>
    public sealed class Answer(HttpResponseMessage response, string body)
    {
        public HttpStatusCode Status { get; } = response.StatusCode;

        public string Body { get; } = body;

        public string? Type { get; } = response.Content.Headers.ContentType?.MediaType;

        public string? ETag { get; } = response.Headers.ETag?.ToString();

        public string? CacheControl { get; } = response.Headers.NonValidated.TryGetValues("Cache-Control", out var values) ? values.ToString() : null;

        public string? Allow { get; } = response.Content.Headers.Allow.Count > 0 ? string.Join(", ", response.Content.Headers.Allow) : null;

        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        public JsonElement[] Lines => [.. Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

        public long[] Seqs(string member = "seqs") => [.. Json.GetProperty(member).EnumerateArray().Select(seq => seq.GetInt64())];

        public long[] EventSeqs => [.. Json.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("seq").GetInt64())];

        /// <summary>Demands a problem of that status and code, with a sentence.</summary>
        public string AssertProblem(HttpStatusCode status, string code)
        {
            Assert.True(status == Status, $"{Status} {Body}");
            Assert.Equal("application/problem+json", Type);
            Assert.Equal(code, Json.GetProperty("code").GetString());
            Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
            var detail = Json.GetProperty("detail").GetString()!;
            Assert.NotEmpty(detail);
            Assert.DoesNotContain("Exception", detail, StringComparison.Ordinal);
            return detail;
        }
    }
}
