namespace Runnel.Faults.Tests;

/// <summary>A directory that is gone when the test is over; in memory where the system has a place for that, for tests write much.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private const string Memory = "/dev/shm";

    public TemporaryDirectory() => Path = System.IO.Directory.Exists(Memory)
        ? System.IO.Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"runnel-faults-{Guid.NewGuid():N}")).FullName
        : System.IO.Directory.CreateTempSubdirectory("runnel-faults-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => System.IO.Directory.Delete(Path, recursive: true);
}
