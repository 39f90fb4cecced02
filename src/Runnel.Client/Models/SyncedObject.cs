using Runnel.Client.Models;

namespace Runnel.Client;

/// <summary>What every model object knows without declaring it.</summary>
public static class SyncedObject
{
    extension(ISynced model)
    {
        /// <summary>The object's collection and id; <c>null</c> while it is in no collection. For use by any thread.</summary>
        public ObjectKey? Key() => model.State.Link?.Key;
    }
}
