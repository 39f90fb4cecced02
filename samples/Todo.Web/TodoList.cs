using Runnel.Client;

namespace Todo;

public sealed class TodoList(RunnelClient runnel)
{
    private readonly SyncedCollection<TodoTask> _tasks =
        runnel.Stream("todo:home").Collection<TodoTask>();

    // Live: bound once, they follow this device, its other tabs, and everybody else.
    public LiveList<TodoTask> All() => _tasks.OrderBy(t => t.Place).Bind();
    public LiveList<TodoTask> Open() => _tasks.Where(t => !t.Completed).OrderBy(t => t.Place).Bind();
    public LiveList<TodoTask> Done() => _tasks.Where(t => t.Completed).OrderBy(t => t.Place).Bind();

    // At once, with or without a network; on disk in milliseconds.
    // To change a task, set its properties.
    public TodoTask Insert(string title) => _tasks.Insert(new() { Title = title });
    public void Remove(TodoTask task) => _tasks.Remove(task);
    public void Move(TodoTask task, TodoTask? before) => _tasks.Move(task, before);
}
