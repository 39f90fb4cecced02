using System.Globalization;
using Runnel.Client;
using Runnel.Client.Editor;
using Runnel.Client.Sqlite;

// Makes edits until it is killed, and writes a line for each that is on its disk. Arguments: the server, the store's file, a word that
// nobody else begins texts with, and whether to be "online" or "offline".
var (server, path, word) = (args[0], args[1], args[2]);
await using var client = await RunnelClient.OpenAsync(server, SqliteReplica.At(path), new RunnelClientOptions { MaxReconnectDelay = TimeSpan.FromMilliseconds(500) });
client.IsSwitchedOff = args[3] == "offline";
Console.WriteLine($"open {client.Id}");
var stream = client.Stream("notes");
var notes = stream.Collection<Note>();
var shared = notes.FirstOrDefault() ?? notes.Insert(new Note { Text = $"{word}-first" });
for (var i = 0; ; i++)
{
    var text = string.Create(CultureInfo.InvariantCulture, $"{word}-{i}");
    if (i % 4 == 3)
    {
        // Two that belong together, and a change of what others change too.
        stream.Batch(() =>
        {
            notes.Insert(new Note { Text = text });
            notes.Insert(new Note { Text = text + "-twin" });
        });
        shared.Edits = i;
    }
    else
    {
        notes.Insert(new Note { Text = text });
    }
    await client.FlushAsync();
    Console.WriteLine($"made {text}");
    await Task.Delay(i % 3);
}
