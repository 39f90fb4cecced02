using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Runnel.Server.Stores;

namespace Runnel.Faults.Worker;

/// <summary>
/// A whole server on a device whose k-th call fails, spoken to over HTTP: what it does not answer with seqs is published again, under
/// the same numbers, to the server that is started after it.
/// </summary>
internal sealed class FailingServer(string directory) : FailingWork(directory)
{
    private const int Publishes = 12;
    private const int PublishesAfterwards = 2;

    private List<string> _texts = [];
    private int _acknowledged;

    public override async Task LiveAsync(int lifetime)
    {
        if (await StartAsync() is not { } app) return;
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            await CheckAsync(http);
            for (var i = 0; i < (lifetime < 0 ? PublishesAfterwards : Publishes) && Result.Wrong is null; i++) await PublishAsync(http);
            await CheckAsync(http);
            await app.StopAsync();
        }
    }

    protected override FailingWork CopyState(string directory) => new FailingServer(directory) { _texts = [.. _texts], _acknowledged = _acknowledged };

    private async Task<WebApplication?> StartAsync()
    {
        for (var tries = 0; ; tries++)
        {
            var before = Device.Fired();
            // Without what looks for settings, which costs more than all else of a start.
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            builder.Services.AddRoutingCore();
            builder.Services.AddRunnel().UseSqlite(Path.Combine(Directory, "data"));
            var app = builder.Build();
            app.MapRunnel();
            try
            {
                await app.StartAsync();
                return app;
            }
            catch (StreamStoreException exception)
            {
                await app.DisposeAsync();
                Result.Said.Add($"not started: {exception.Message}");
                if (tries > 0 || Device.Fired() == before) Fail($"It cannot be started: {exception.Message}");
                if (Result.Wrong is not null) return null;
            }
        }
    }

    private async Task PublishAsync(HttpClient http)
    {
        // The text of a number stays the same in every try: it is one event, however often it is sent.
        var number = _acknowledged + 1;
        if (_texts.Count < number) _texts.Add($"text {number} {new string('x', number * 613 % 2_900)}");
        var body = $$$"""{"client":"ada","events":[{"clientSeq":{{{number}}},"precedingSeq":0,"op":"insert","collection":"note","id":"{{{number}}}","fields":{"text":"{{{_texts[^1]}}}"}}]}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/v1/streams/notes/events", content);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            var seq = json.GetProperty("seqs")[0].GetInt64();
            if (seq != number) Fail($"Event {number} of the only author got seq {seq}.");
            _acknowledged = number;
            Result.Acknowledged++;
            return;
        }
        Result.Said.Add($"{(int)answer.StatusCode} {json.GetProperty("code").GetString()}");
        if (json.GetProperty("code").GetString() is not ("internal" or "storage_full" or "overloaded")) Fail($"A failed call was answered {json}");
    }

    private async Task CheckAsync(HttpClient http)
    {
        var read = new List<string>();
        for (var tries = 0; ; tries++)
        {
            read.Clear();
            using var answer = await http.GetAsync(new Uri("/v1/streams/notes/events", UriKind.Relative));
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (answer.StatusCode == HttpStatusCode.NotFound) break;
            if (answer.StatusCode != HttpStatusCode.OK && tries == 0)
            {
                Result.Said.Add($"{(int)answer.StatusCode} {page.GetProperty("code").GetString()}");
                continue;
            }
            foreach (var stored in page.GetProperty("events").EnumerateArray()) read.Add(stored.GetProperty("fields").GetProperty("text").GetString()!);
            break;
        }
        // The last event may be there although nobody was told.
        if (read.Count < _acknowledged || read.Count > _texts.Count || !read.SequenceEqual(_texts.Take(read.Count)))
        {
            Fail($"{_acknowledged} events were acknowledged and {_texts.Count} sent; there are {read.Count}: {string.Join(", ", read.Select(text => text[..10]))}");
        }
    }
}
