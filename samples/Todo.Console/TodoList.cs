using Runnel.Client;

namespace Todo;

/// <summary>What one can do with the list, whoever asks for it: the keyboard or a script.</summary>
internal sealed class TodoList
{
    private readonly RunnelClient _client;
    private readonly SyncedCollection<TodoTask> _tasks;

    public TodoList(RunnelClient client, string stream)
    {
        _client = client;
        Stream = client.Stream(stream);
        _tasks = Stream.Collection<TodoTask>();
        Tasks = _tasks.OrderBy(task => task.Place);
    }

    public SyncedStream Stream { get; }

    /// <summary>The tasks as people have sorted them: to be asked, or to be bound to.</summary>
    public LiveQuery<TodoTask> Tasks { get; }

    public string Status => _client.Status.ToString();

    public bool IsOffline
    {
        get => _client.IsSwitchedOff;
        set => _client.IsSwitchedOff = value;
    }

    public void Insert(string title) => _tasks.Insert(new() { Title = title });

    public void Remove(TodoTask task) => _tasks.Remove(task);

    public void Move(TodoTask task, TodoTask? before) => _tasks.Move(task, before);

    /// <summary>Whether the server has everything of this device, and this device everything of the server.</summary>
    public bool IsSynced => _client.Status is { Connection: ConnectionState.Online, Pending: 0 };

    /// <summary>Completes when everything typed so far is on disk.</summary>
    public Task FlushAsync() => _client.FlushAsync();
}
