using System.ComponentModel;
using Runnel.Client.Models;

namespace Runnel.Client;

/// <summary>What every model object knows without declaring it.</summary>
public static class SyncedObject
{
    internal static PropertyChangedEventArgs SyncStateChange { get; } = new(nameof(SyncState));

    extension(ISynced model)
    {
        /// <summary>
        /// How far the object's edits have come. <c>PropertyChanged</c> is raised for <c>SyncState</c> when that is another. For use by any thread.
        /// </summary>
        public SyncState SyncState => model.State.Link is { Stream: { } stream } link ? stream.StateOf(link.Key) : SyncState.None;

        /// <summary>
        /// Tells for each field which event wrote it, and what that beat without having seen it; sorted by name. Empty for an object in no collection.
        /// For use by any thread.
        /// </summary>
        public IReadOnlyList<FieldExplanation> Explain() => model.State.Link is { Stream: { } stream } link ? stream.Explain(link.Key) : [];

        /// <summary>The object's collection and id; <c>null</c> while it is in no collection. For use by any thread.</summary>
        public ObjectKey? Key() => model.State.Link?.Key;
    }
}
