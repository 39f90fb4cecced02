using Runnel.Client;

namespace Chat.Rooms;

/// <summary>A page of the history that is in memory.</summary>
internal sealed class LoadedPage(int number, SyncedStream stream) : IDisposable
{
    public int Number => number;

    public SyncedStream Stream => stream;

    public SyncedCollection<Message> All { get; } = stream.Collection<Message>();

    /// <summary>Its messages in their order, followed live.</summary>
    public LiveList<Message> Messages { get; } = stream.Collection<Message>().OrderBy(message => message.Place).Bind();

    /// <summary>When it was last looked at, by count.</summary>
    public long LastUse { get; set; }

    public void Dispose() => Messages.Dispose();
}
