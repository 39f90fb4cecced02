namespace Runnel.Server.Sqlite.Tests;

/// <summary>A directory that is gone when the test is over.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("runnel-sqlite-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>What a process that is killed right now would leave.</summary>
    public TemporaryDirectory Copy()
    {
        var copy = new TemporaryDirectory();
        foreach (var file in Directory.GetFiles(Path))
        {
            var name = System.IO.Path.GetFileName(file);
            if (name is "journal.lock" or "journal.db-shm") continue;
            System.IO.File.Copy(file, copy.File(name));
        }
        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
