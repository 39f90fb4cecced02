using Runnel.Client;
using Runnel.Client.Sqlite;
using Todo;

// todo [server] [file] [stream]: two of these with two files are two devices.
var server = args.ElementAtOrDefault(0) ?? "http://127.0.0.1:8080";
var file = args.ElementAtOrDefault(1) ?? "todo.db";
var stream = args.ElementAtOrDefault(2) ?? "todo:home";

await using var runnel = await RunnelClient.OpenAsync(server, SqliteReplica.At(file));   // offline is fine
var todo = new TodoList(runnel, stream);
if (Console.IsInputRedirected) await new Script(todo, Console.In, Console.Out).RunAsync();
else
{
    using var screen = new Screen(todo);
    await screen.RunAsync();
}
