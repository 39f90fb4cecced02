using Runnel.Server.Sqlite.Files;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite;

/// <summary>What of a journal is not as it was written.</summary>
public enum JournalFaultKind
{
    /// <summary>A file cannot be opened or read: its header, its pages, or the device.</summary>
    File,

    /// <summary>A commit is missing, or is there twice.</summary>
    Number,

    /// <summary>A commit's number, directory or chain hash was changed, or it stands in another's place.</summary>
    Chain,

    /// <summary>A commit's directory is whole, but says what this version does not understand.</summary>
    Directory,

    /// <summary>A commit's directory does not follow from those before: heads or clients' numbers have a gap.</summary>
    Numbering,

    /// <summary>The events of one append were changed. The rest of the journal is not affected.</summary>
    Events,

    /// <summary>The events of one append are as written, but are not the events that their directory says.</summary>
    Content,

    /// <summary>The journal ends before the last commit that is known to have been synced.</summary>
    EndsEarly,
}

/// <summary>A fault of a journal, named.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Commit">The number of the commit in which it was met; <c>null</c> if it is in none.</param>
/// <param name="Stream">The stream that alone is affected; <c>null</c> if the journal as a whole is.</param>
/// <param name="Seq">The first event that is affected; <c>null</c> if it is not about events.</param>
/// <param name="Message">The same for people, with what was expected and what was found.</param>
public sealed record JournalFault(JournalFaultKind Kind, long? Commit, StreamName? Stream, Seq? Seq, string Message)
{
    internal static JournalFault EndsEarly(string path, long last, SyncedMark mark)
    {
        var end = last < 0 ? "has no commits" : $"ends with commit {last}";
        return new JournalFault(
            JournalFaultKind.EndsEarly, Math.Max(last, 0), null, null,
            $"{path} ends early: it {end}, but commit {mark.Commit} had been synced ({SyncedMark.FileName}). Restore it from a backup; "
            + $"if it is a backup already, remove {SyncedMark.FileName} to go on from where it ends.");
    }

    internal StreamStoreException ToException()
    {
        var exception = new StreamStoreException(StoreFault.Damaged, Message) { Stream = Stream };
        exception.Data[nameof(JournalFault)] = this;
        return exception;
    }

    internal static JournalFault? Of(StreamStoreException exception) => exception.Data[nameof(JournalFault)] as JournalFault;
}
