namespace Runnel.Client.Sqlite.Tests;

/// <summary>A directory that is gone when the test is over.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("runnel-client-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Copies a store's file as it is on the disk right now, its log cut to <paramref name="logLength"/> bytes: what a sudden end leaves.</summary>
    public string CopyStore(string path, long logLength = long.MaxValue)
    {
        var copy = File($"copy-{Guid.NewGuid():N}.db");
        System.IO.File.Copy(path, copy);
        if (!System.IO.File.Exists(path + "-wal")) return copy;
        System.IO.File.Copy(path + "-wal", copy + "-wal");
        using var log = new FileStream(copy + "-wal", FileMode.Open);
        if (logLength < log.Length) log.SetLength(logLength);
        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
