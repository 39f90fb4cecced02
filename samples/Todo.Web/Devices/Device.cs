using Runnel.Client;
using Runnel.Client.Browser;

namespace Todo.Devices;

/// <summary>One of the two devices on the page: a client with a store of its own, as if it were elsewhere.</summary>
public sealed class Device : IAsyncDisposable
{
    // A hash takes time that grows with the list: it waits until nothing has happened for a moment, in a long list a longer one.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);
    private const int TasksInAMoment = 1_000;

    private CancellationTokenSource _noise = new();
    private (long Head, string Hash)? _hashed;

    private Device(string key, string name, int number, RunnelClient runnel)
    {
        (Key, Name, Number, Runnel) = (key, name, number, runnel);
        List = new TodoList(runnel);
        Stream = runnel.Stream("todo:home");
        All = List.All();
        runnel.StatusChanged += (_, _) => Note();
        Note();
    }

    /// <summary>The user has pulled the plug, or put it in.</summary>
    public event EventHandler? Switched;

    /// <summary><see cref="Hash"/> is known.</summary>
    public event EventHandler? Hashed;

    public string Key { get; }

    public string Name { get; }

    public int Number { get; }

    public RunnelClient Runnel { get; }

    public SyncedStream Stream { get; }

    public TodoList List { get; }

    /// <summary>Every task, for what the page says about the list as a whole.</summary>
    public LiveList<TodoTask> All { get; }

    /// <summary>How often something was edited here since there was last nothing to send.</summary>
    public int Taps { get; private set; }

    /// <summary>The hash of what the device has reconciled; <c>null</c> while it is not known.</summary>
    public string? Hash => _hashed is { } known && known.Head == Stream.Head.Value ? known.Hash[..8] : null;

    public bool IsOffline
    {
        get => Runnel.IsSwitchedOff;
        set
        {
            Runnel.IsSwitchedOff = value;
            Switched?.Invoke(this, EventArgs.Empty);
        }
    }

    /// <summary>In the words of the tape.</summary>
    public string State => Runnel.Status.Connection switch
    {
        ConnectionState.SwitchedOff => "offline",
        ConnectionState.Online => "live",
        ConnectionState.CatchingUp => "catchingUp",
        _ => "away",
    };

    public static async Task<Device> OpenAsync(string server, string key, string name, int number, bool isOffline) =>
        new(key, name, number, await RunnelClient.OpenAsync(server, IndexedDbReplica.Named($"todo:{key}"), new() { MaxReconnectDelay = TimeSpan.FromSeconds(2), IsSwitchedOff = isOffline }));

    /// <summary>Does an edit of the user's, and counts it.</summary>
    public void Edit(Action edit)
    {
        Taps++;
        edit();
    }

    public ValueTask DisposeAsync()
    {
        All.Dispose();
        return Runnel.DisposeAsync();
    }

    private void Note()
    {
        if (!IsOffline && Stream.Pending == 0) Taps = 0;
        if (Hash is not null) return;
        _noise.Cancel();
        _noise = new CancellationTokenSource();
        _ = HashWhenQuietAsync(_noise.Token);
    }

    private async Task HashWhenQuietAsync(CancellationToken noise)
    {
        await Task.Delay(Quiet * (1 + All.Count / TasksInAMoment), noise).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (noise.IsCancellationRequested) return;
        _hashed = (Stream.Head.Value, Stream.Hash());
        Hashed?.Invoke(this, EventArgs.Empty);
    }
}
