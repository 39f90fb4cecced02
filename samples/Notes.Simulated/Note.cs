using Runnel.Client;

namespace Notes;

/// <summary>A note that several people add lines to.</summary>
[Synced("note")]
public sealed partial class Note
{
    public partial string Text { get; set; }

    /// <summary>Merges two texts that were written at the same time: the lines of both.</summary>
    public static string Join(string mine, string theirs) => string.Join('\n', theirs.Split('\n').Union(mine.Split('\n')));
}
