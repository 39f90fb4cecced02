using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Runnel.Client.Browser.Tests;

/// <summary>A Runnel server that also serves the page with the client, on a free port and an empty data directory.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _data;

    private PageServer(WebApplication app, string data)
    {
        _app = app;
        _data = data;
    }

    public string Address => _app.Urls.Single();

    public static async Task<PageServer> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("runnel-page-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRunnel().UseSqlite(data);
        var app = builder.Build();
        var types = new FileExtensionContentTypeProvider { Mappings = { [".dat"] = "application/octet-stream" } };
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "page", "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, ContentTypeProvider = types, ServeUnknownFileTypes = true });
        app.MapRunnel();
        await app.StartAsync();
        return new PageServer(app, data);
    }

    /// <summary>The events of the stream, each as its JSON.</summary>
    public async Task<IReadOnlyList<System.Text.Json.Nodes.JsonNode>> EventsAsync()
    {
        using var http = new HttpClient();
        var events = new List<System.Text.Json.Nodes.JsonNode>();
        while (true)
        {
            var answer = await http.GetAsync($"{Address}/v1/streams/todo:home/events?after={events.Count}");
            if (answer.StatusCode == System.Net.HttpStatusCode.NotFound) return events;
            var page = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["events"]!.AsArray();
            if (page.Count == 0) return events;
            events.AddRange(page.Select(each => each!));
        }
    }

    /// <summary>Deletes the stream; whoever says something in it next makes it anew.</summary>
    public async Task DeleteAsync()
    {
        using var http = new HttpClient();
        (await http.DeleteAsync($"{Address}/v1/streams/todo:home")).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
