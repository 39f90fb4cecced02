using Runnel.Client;
using Runnel.Records;
using Runnel.Testing.Simulation.Apps;

namespace Notes;

/// <summary>The app as a simulation tries it: people add lines to notes, on several devices at once, and no line may get lost.</summary>
/// <param name="join">What becomes of two texts that were written at the same time.</param>
/// <param name="settings">The stream's settings; <c>null</c> for the defaults.</param>
public sealed class NotesApp(Func<string, string, string> join, StreamSettings? settings = null) : SimulatedApp
{
    private readonly HashSet<string> _written = [];

    public override StreamSettings? Settings => settings;

    public override void Start(SyncedStream stream) =>
        stream.Collection<Note>().OnConflict(note => note.Text, (mine, theirs, _) => join(mine, theirs));

    public override void Act(SyncedStream stream, AppUser user)
    {
        var (notes, line) = (stream.Collection<Note>(), user.NewText());
        if (notes.Count == 0 || user.Happens(0.1)) notes.Insert(new Note { Text = line });
        else user.Pick([.. notes.OrderBy(note => note.Text, StringComparer.Ordinal)]).Text += $"\n{line}";
        user.WhenDurable(() => _written.Add(line));   // from now on it must not be lost
    }

    public override void AtRest(IReadOnlyList<SyncedStream> devices)
    {
        var lost = _written.Except(devices[0].Collection<Note>().SelectMany(note => note.Text.Split('\n'))).ToList();
        if (lost.Count > 0) throw new InvalidOperationException($"Nobody can read {string.Join(", ", lost)} any more.");
    }
}
