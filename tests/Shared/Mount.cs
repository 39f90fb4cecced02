using System.Diagnostics;

namespace Runnel.Tests;

/// <summary>A file system in memory with limits that even root has to keep to; the test is skipped where mounting is not permitted.</summary>
internal sealed class Mount : IDisposable
{
    private Mount(string path) => Path = path;

    public string Path { get; }

    /// <summary>A directory that holds so many bytes and no more.</summary>
    public static Mount OfSize(long kibibytes)
    {
        var path = Directory.CreateTempSubdirectory("runnel-mount-").FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", path);
        return new Mount(path);
    }

    /// <summary>A directory that can only be read.</summary>
    public static Mount ReadOnly(string directory)
    {
        var path = Directory.CreateTempSubdirectory("runnel-mount-").FullName;
        Run("mount", "--bind", directory, path);
        try
        {
            Run("mount", "-o", "remount,bind,ro", path);
        }
        catch
        {
            Run("umount", path);
            throw;
        }
        return new Mount(path);
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static void Run(string command, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Mounting a small file system is done on Linux only.");
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) Assert.Skip($"This environment does not permit {command}: {error.Trim()}");
    }
}
