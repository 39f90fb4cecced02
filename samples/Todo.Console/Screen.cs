using Runnel.Client;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Todo;

/// <summary>The list on a terminal, driven by keys.</summary>
internal sealed class Screen(TodoList todo) : IDisposable
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(50);

    private readonly LiveList<TodoTask> _tasks = todo.Tasks.Bind();
    private readonly Prompt _prompt = new();
    private int _selected;
    private bool _isOver;

    /// <summary>Shows the list until the user leaves.</summary>
    public Task RunAsync() => AnsiConsole.Live(Render()).StartAsync(async live =>
    {
        while (!_isOver)
        {
            while (Console.KeyAvailable) await TakeAsync(Console.ReadKey(intercept: true));
            live.UpdateTarget(Render());
            await Task.Delay(Frame);
        }
    });

    public void Dispose() => _tasks.Dispose();

    private TodoTask? Selected => _selected < _tasks.Count ? _tasks[_selected] : null;

    private async Task TakeAsync(ConsoleKeyInfo key)
    {
        if (_prompt.IsOpen)
        {
            _prompt.Take(key);
            return;
        }
        if (await TakeForListAsync(key) || Selected is not { } task) return;
        switch (key.Key)
        {
            case ConsoleKey.Spacebar: task.Completed = !task.Completed; break;
            case ConsoleKey.C: task.Colour = (Colour)(((int)task.Colour + 1) % Enum.GetValues<Colour>().Length); break;
            case ConsoleKey.E: _prompt.Open("Title", task.Title, title => task.Title = title); break;
            case ConsoleKey.D: todo.Remove(task); break;
            case ConsoleKey.U: Shift(task, -1); break;
            case ConsoleKey.J: Shift(task, 1); break;
        }
    }

    /// <summary>Takes a key that needs no task; whether it was one.</summary>
    private async Task<bool> TakeForListAsync(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Q: _isOver = true; break;
            case ConsoleKey.UpArrow: _selected = Math.Max(0, _selected - 1); break;
            case ConsoleKey.DownArrow: _selected = Math.Min(Math.Max(0, _tasks.Count - 1), _selected + 1); break;
            case ConsoleKey.N: _prompt.Open("New task", "", todo.Insert); break;
            case ConsoleKey.O: todo.IsOffline = !todo.IsOffline; break;
            case ConsoleKey.R when todo.Stream.Conflicts is [var conflict, ..]: await conflict.RestoreAsync(); break;
            case ConsoleKey.X when todo.Stream.Conflicts is [var conflict, ..]: await conflict.DismissAsync(); break;
            case ConsoleKey.X when todo.Stream.Rejections is [var rejection, ..]: await rejection.DiscardAsync(); break;
            default: return false;
        }
        return true;
    }

    /// <summary>Moves a task up or down by one place.</summary>
    private void Shift(TodoTask task, int by)
    {
        var target = _selected + by;
        if (target < 0 || target >= _tasks.Count) return;
        var before = by < 0 ? target : target + 1;
        todo.Move(task, before < _tasks.Count ? _tasks[before] : null);
        _selected = target;
    }

    private Rows Render()
    {
        var rows = new List<IRenderable> { new Markup($"[bold]To do[/]   [grey]{Markup.Escape(todo.Status)}[/]"), RenderTasks() };
        rows.AddRange(todo.Stream.Conflicts.Select(conflict => new Markup($"[yellow]! {Markup.Escape(conflict.ToString())}[/]  [grey]r restore, x dismiss[/]")));
        rows.AddRange(todo.Stream.Rejections.Select(rejection => new Markup($"[red]- {Markup.Escape(rejection.Reason)}[/]  [grey]x discard[/]")));
        rows.Add(new Markup(_prompt.IsOpen ? Markup.Escape(_prompt.ToString()) : "[grey]n new, e edit, space done, c colour, u/j move, d remove, o offline, q quit[/]"));
        return new Rows(rows);
    }

    private Table RenderTasks()
    {
        var table = new Table().NoBorder().HideHeaders().AddColumns("", "", "", "");
        foreach (var (index, task) in _tasks.Index())
        {
            var title = Markup.Escape(task.Title);
            table.AddRow(
                index == _selected ? ">" : " ",
                task.Completed ? "[green]done[/]" : "",
                task.Colour == Colour.None ? title : $"[{ColourOf(task)}]{title}[/]",
                $"[grey]{task.SyncState}[/]");
        }
        return table;
    }

    private static string ColourOf(TodoTask task) => task.Colour switch
    {
        Colour.Orange => "darkorange",
        Colour.Pink => "hotpink",
        var other => other.ToString().ToLowerInvariant(),
    };
}
