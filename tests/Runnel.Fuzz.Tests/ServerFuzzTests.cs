using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;
using Runnel.Tests;

namespace Runnel.Fuzz.Tests;

/// <summary>A server that is sent bytes which are nearly requests, nearly bodies, and nearly frames: it answers or closes, and never fails.</summary>
public sealed class ServerFuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    // Far longer than any answer takes: whoever waits that long has found a hang.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    // How long an answer to what may be no request is waited for: too short for some only makes the sender hang up earlier.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(20);

    private WebApplication _app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IStreamStore>(_ => new InMemoryStreamStore(new SimulatedDisk()));
        builder.Services.AddRunnel();
        _app = builder.Build();
        _app.MapRunnel();
        await _app.StartAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("http-request")]
    [InlineData("http-post")]
    [InlineData("http-import")]
    [InlineData("websocket")]
    public async Task A_server_answers_or_closes_whatever_it_is_sent(string name)
    {
        const int Seed = 20261130;
        var mutator = new Mutator(new Random(Seed));
        var inputs = Corpus.Of(name);
        foreach (var input in inputs) Assert.True(await SendAsync(input, Deadline) is 101 or (>= 200 and < 500), Encoding.Latin1.GetString(input));
        var statuses = new Dictionary<int, int>();
        for (var i = 0; i < Randomized.Runs(250); i++)
        {
            var input = mutator.Mutate(inputs);
            var status = await SendAsync(input, Silence);
            // Not known here, and HTTP of another version.
            Assert.True(status is < 500 or 501 or 505, $"{status} on {Convert.ToBase64String(input)}");
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
        }
        output.WriteLine($"{name}: {string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} × {pair.Key}"))}");
        Assert.True(statuses.Keys.Any(status => status is > 0 and < 400), "Nothing is understood.");
        using var http = new HttpClient();
        Assert.Equal("""{"streams":""", (await http.GetStringAsync($"{_app.Urls.First()}/v1/streams", Cancellation))[..11]);
    }

    /// <summary>Sends the bytes, and the end once there was silence; answers the status, or 0 if the server closed without one.</summary>
    private async Task<int> SendAsync(byte[] bytes, TimeSpan silence)
    {
        var server = new Uri(_app.Urls.First());
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host, server.Port, Cancellation);
        var answer = new List<byte>();
        try
        {
            await socket.SendAsync(bytes, Cancellation);
            var buffer = new byte[16 * 1024];
            while (await ReceiveAsync(socket, buffer, silence) is var count and > 0)
            {
                if (answer.Count < 64) answer.AddRange(buffer.AsSpan(0, count));
            }
        }
        catch (SocketException)
        {
            // Reset: the server had heard enough.
        }
        var text = Encoding.Latin1.GetString([.. answer.Take(12)]);
        return text.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9), out var status) ? status : 0;
    }

    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer, TimeSpan silence)
    {
        var receiving = socket.ReceiveAsync(buffer, Cancellation).AsTask();
        await Task.WhenAny(receiving, Task.Delay(silence, Cancellation));
        if (!receiving.IsCompleted) socket.Shutdown(SocketShutdown.Send);
        return await receiving.WaitAsync(Deadline, Cancellation);
    }
}
