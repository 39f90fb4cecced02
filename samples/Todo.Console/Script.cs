using Runnel.Client;

namespace Todo;

/// <summary>The list driven by lines of text, one command each: for pipes, and for tests.</summary>
/// <remarks>Tasks are named by their places from 1, conflicts and rejections by theirs in their lists.</remarks>
internal sealed class Script(TodoList todo, TextReader input, TextWriter output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Does what it reads until the end, or <c>quit</c>.</summary>
    public async Task RunAsync()
    {
        while (await input.ReadLineAsync() is { } line and not "quit")
        {
            try
            {
                await DoAsync(line.Split(' ', 3));
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                await output.WriteLineAsync($"? {line}: {exception.Message}");
            }
            await output.FlushAsync();
        }
    }

    private List<TodoTask> Tasks => [.. todo.Tasks];

    private async Task DoAsync(string[] words)
    {
        var rest = string.Join(' ', words.Skip(1));
        switch (words[0])
        {
            case "insert": todo.Insert(rest); break;
            case "edit": Task(words).Title = words[2]; break;
            case "done": Task(words).Completed = true; break;
            case "open": Task(words).Completed = false; break;
            case "colour": Task(words).Colour = Enum.Parse<Colour>(words[2], ignoreCase: true); break;
            case "remove": todo.Remove(Task(words)); break;
            case "move": todo.Move(Task(words), words[2] == "end" ? null : At(Tasks, words[2])); break;
            case "offline": todo.IsOffline = true; break;
            case "online": todo.IsOffline = false; break;
            case "synced": await UntilSyncedAsync(); break;
            case "flush": await todo.FlushAsync(); break;
            case "restore": await At(todo.Stream.Conflicts, rest).RestoreAsync(); break;
            case "dismiss": await At(todo.Stream.Conflicts, rest).DismissAsync(); break;
            case "retry": await At(todo.Stream.Rejections, rest).RetryAsync(); break;
            case "discard": await At(todo.Stream.Rejections, rest).DiscardAsync(); break;
            case "show": await ShowAsync(); break;
            default: throw new FormatException("that is no command");
        }
    }

    private async Task ShowAsync()
    {
        foreach (var task in Tasks) await output.WriteLineAsync($"{(task.Completed ? "[x]" : "[ ]")} {task.Title}{(task.Colour == Colour.None ? "" : $" ({task.Colour})")}");
        foreach (var conflict in todo.Stream.Conflicts) await output.WriteLineAsync($"! {conflict}");
        foreach (var rejection in todo.Stream.Rejections) await output.WriteLineAsync($"- {rejection.Reason}");
        await output.WriteLineAsync($"= {todo.Status}");
    }

    private async Task UntilSyncedAsync()
    {
        while (!todo.IsSynced) await System.Threading.Tasks.Task.Delay(Pause);
    }

    private TodoTask Task(string[] words) => At(Tasks, words.ElementAtOrDefault(1) ?? "");

    private static T At<T>(IReadOnlyList<T> list, string place) =>
        int.TryParse(place, out var number) && number >= 1 && number <= list.Count ? list[number - 1] : throw new FormatException($"there is no number '{place}'");
}
