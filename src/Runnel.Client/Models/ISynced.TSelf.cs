using System.ComponentModel;

namespace Runnel.Client.Models;

/// <summary>A model class with its map; implemented by the code that is generated for a class with <see cref="SyncedAttribute"/>.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
public interface ISynced<TSelf> : ISynced where TSelf : class, ISynced<TSelf>
{
    /// <summary>The class's collection and fields.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract ModelMap<TSelf> Map { get; }
}
