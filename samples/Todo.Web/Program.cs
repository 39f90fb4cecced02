using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Todo.Components;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<Page>("#page");
await builder.Build().RunAsync();
