using Runnel.Client;
using Runnel.Client.Browser;

namespace Chat.Rooms;

/// <summary>One of the two devices on the page: a client with a store of its own, as if it were elsewhere.</summary>
public sealed class ChatDevice : IAsyncDisposable
{
    private ChatDevice(string key, string user, RunnelClient runnel, Room[] rooms) => (Key, User, Runnel, Rooms) = (key, user, runnel, rooms);

    public string Key { get; }

    public string User { get; }

    public RunnelClient Runnel { get; }

    public Room[] Rooms { get; }

    public bool IsOffline
    {
        get => Runnel.IsSwitchedOff;
        set => Runnel.IsSwitchedOff = value;
    }

    public string State => Runnel.Status.Connection switch
    {
        ConnectionState.SwitchedOff => "offline",
        ConnectionState.Online => "live",
        ConnectionState.CatchingUp => "catchingUp",
        _ => "away",
    };

    public static async Task<ChatDevice> OpenAsync(string server, string key, string user)
    {
        var options = new RunnelClientOptions { LoadsStreamsWhenOpened = true, MaxReconnectDelay = TimeSpan.FromSeconds(2) };
        var runnel = await RunnelClient.OpenAsync(server, IndexedDbReplica.Named($"chat:{key}"), options);
        var rooms = new List<Room>();
        foreach (var room in (string[])["workshop", "garden", "kitchen"]) rooms.Add(await Room.OpenAsync(runnel, room, user));
        return new ChatDevice(key, user, runnel, [.. rooms]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var room in Rooms) await room.DisposeAsync();
        await Runnel.DisposeAsync();
    }
}
