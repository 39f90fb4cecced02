using System.ComponentModel;

namespace Runnel.Client.Models;

/// <summary>A model object; implemented by the code that is generated for a class with <see cref="SyncedAttribute"/>.</summary>
public interface ISynced : INotifyPropertyChanged
{
    /// <summary>What ties the object to its collection.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    ModelState State { get; }
}
