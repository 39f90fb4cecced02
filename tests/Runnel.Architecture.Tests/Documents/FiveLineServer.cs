using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Runnel.Architecture.Tests.Documents;

/// <summary>The server that the README shows, so that it is known to compile.</summary>
internal static class FiveLineServer
{
    public static void Run(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRunnel().UseSqlite("data");
        var app = builder.Build();
        app.MapRunnel();
        app.Run();
    }
}
