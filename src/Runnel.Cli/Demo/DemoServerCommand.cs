using System.CommandLine;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Runnel.Cli.Commands;
using Runnel.Cli.Hosting;
using Runnel.Records;
using Runnel.Server.Homes;

namespace Runnel.Cli.Demo;

/// <summary>The server beneath <c>runnel demo</c>: a server with a page, that lets itself be killed.</summary>
internal static class DemoServerCommand
{
    public const string Name = "demo-server";

    private const string KeyCookie = "runnel-demo-key";

    public static Command Create()
    {
        var command = new Command(Name, "The server beneath the demo.") { DemoOptions.Port, CommonOptions.Data, DemoOptions.Lan };
        command.Hidden = true;
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isLan = parsed.GetValue(DemoOptions.Lan);
        var port = parsed.GetValue(DemoOptions.Port);
        var directory = Path.GetFullPath(parsed.GetRequiredValue(CommonOptions.Data));
        var url = $"http://{(isLan ? "0.0.0.0" : "127.0.0.1")}:{port}";
        var app = ServerApp.Build(url, directory, isLan);
        await using var running = app.ConfigureAwait(false);
        if (isLan) AskForKey(app, Environment.GetEnvironmentVariable(DemoOptions.KeyVariable)!);
        MapPage(app);
        MapControls(app, isLan ? DemoCommand.PhoneAddress(port, Environment.GetEnvironmentVariable(DemoOptions.KeyVariable)!) : null);
        app.MapRunnel();
        app.MapLightSwitch();
        await ServerApp.StartAsync(app, url, directory, cancellationToken).ConfigureAwait(false);
        await AnnounceAsync(app, cancellationToken).ConfigureAwait(false);
        _ = StopWithInputAsync(app);
        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>Tells the demo how much there is already, which also says that the server is ready.</summary>
    private static async Task AnnounceAsync(WebApplication app, CancellationToken cancellationToken)
    {
        const int most = 1_000;
        var homes = app.Services.GetRequiredService<StreamHomes>();
        await ChatHistory.StoreAsync(homes, cancellationToken).ConfigureAwait(false);
        await homes.CreateAsync(StreamName.Parse("lightswitch"), new StreamSettings(StreamOrder.Total, []), cancellationToken).ConfigureAwait(false);
        var streams = await homes.Store.ListAsync("", "", most, cancellationToken).ConfigureAwait(false);
        Console.WriteLine(streams.Count switch { 1 => "1 stream", most => $"{most} streams or more", var count => $"{count} streams" });
    }

    /// <summary>The demo holds this process's input open for as long as it lives.</summary>
    private static async Task StopWithInputAsync(WebApplication app)
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        while (await input.ReadAsync(buffer).ConfigureAwait(false) > 0) { }
        app.Lifetime.StopApplication();
    }

    private static void MapPage(WebApplication app)
    {
        var files = FilesOf("wwwroot");
        ServeFiles(app, "/demo", files);
        MapSample(app, "todo");
        MapSample(app, "chat");
        app.MapGet("/", context =>
        {
            context.Response.Redirect("/demo");
            return Task.CompletedTask;
        });
        app.MapGet("/demo", context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            return context.Response.SendFileAsync(files.GetFileInfo("index.html"), context.RequestAborted);
        });
    }

    /// <summary>A sample: a page of its own, in C# for the browser.</summary>
    private static void MapSample(WebApplication app, string name)
    {
        var (address, files) = ($"/demo/{name}", FilesOf(name));
        ServeFiles(app, address, files);
        app.MapGet(address, context =>
        {
            if (!context.Request.Path.Value!.EndsWith('/'))
            {
                context.Response.Redirect($"{address}/");
                return Task.CompletedTask;
            }
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            return context.Response.SendFileAsync(files.GetFileInfo("index.html"), context.RequestAborted);
        });
    }

    private static PhysicalFileProvider FilesOf(string folder) => new(Path.Combine(AppContext.BaseDirectory, "Demo", folder));

    private static void ServeFiles(WebApplication app, string address, PhysicalFileProvider files) => app.UseStaticFiles(new StaticFileOptions
    {
        FileProvider = files,
        RequestPath = address,
        OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "no-cache",
    });

    private static void MapControls(WebApplication app, string? phoneAddress)
    {
        app.MapGet("/demo/info", context => AnswerAsync(
            context, "application/json", $$"""{"canKill":{{(IsLocal(context) ? "true" : "false")}},"hasQr":{{(phoneAddress is null ? "false" : "true")}}}"""));
        if (phoneAddress is not null) app.MapGet("/demo/qr.svg", context => AnswerAsync(context, "image/svg+xml", QrCode.ToSvg(phoneAddress)));
        app.MapPost("/demo/kill", context =>
        {
            context.Response.StatusCode = IsLocal(context) && IsOwnPage(context) ? StatusCodes.Status202Accepted : StatusCodes.Status403Forbidden;
            if (context.Response.StatusCode == StatusCodes.Status202Accepted) context.Response.OnCompleted(KillAsync);
            return Task.CompletedTask;
        });
    }

    /// <summary>As hard as kill -9: no handler runs, nothing is flushed. That is what the demo is to show.</summary>
    private static Task KillAsync()
    {
        Process.GetCurrentProcess().Kill();
        return Task.CompletedTask;
    }

    private static Task AnswerAsync(HttpContext context, string contentType, string text)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Lets other machines in only with the key, which a browser then keeps as a cookie.</summary>
    private static void AskForKey(WebApplication app, string key) => app.Use(async (context, next) =>
    {
        if (context.Request.Query["key"] == key)
        {
            context.Response.Cookies.Append(KeyCookie, key, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict });
            context.Response.Redirect("/demo?guest");
        }
        else if (IsLocal(context) || context.Request.Cookies[KeyCookie] == key)
        {
            await next(context).ConfigureAwait(false);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("Scan the QR code of the demo to join.").ConfigureAwait(false);
        }
    });

    private static bool IsLocal(HttpContext context) => context.Connection.RemoteIpAddress is { } address && System.Net.IPAddress.IsLoopback(address);

    // A page of another site may post here, but it cannot hide where it comes from.
    private static bool IsOwnPage(HttpContext context) =>
        context.Request.Headers.Origin.ToString() is var origin && (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == context.Request.Host.Value));
}
