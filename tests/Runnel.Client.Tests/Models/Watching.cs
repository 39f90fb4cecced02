using System.ComponentModel;

namespace Runnel.Client.Tests.Models;

internal static class Watching
{
    /// <summary>Notes the names of the properties that change from now on.</summary>
    public static List<string?> Watch(this INotifyPropertyChanged watched)
    {
        var names = new List<string?>();
        watched.PropertyChanged += (sender, change) =>
        {
            Assert.Same(watched, sender);
            names.Add(change.PropertyName);
        };
        return names;
    }
}
