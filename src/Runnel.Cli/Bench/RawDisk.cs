using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Runnel.Cli.Bench;

/// <summary>What the disk can do at most: appending to a plain file and syncing it.</summary>
internal static partial class RawDisk
{
    /// <summary>Events a second that are appended in groups of <paramref name="group"/>, each group synced.</summary>
    public static double MeasureAppends(string directory, int group, int eventBytes, TimeSpan duration)
    {
        var (syncs, elapsed) = Append(directory, group * eventBytes, duration, null);
        return syncs * (double)group / elapsed.TotalSeconds;
    }

    /// <summary>The median time of one small append and its sync.</summary>
    public static TimeSpan MeasureSync(string directory, int eventBytes)
    {
        var times = new List<TimeSpan>();
        Append(directory, eventBytes, TimeSpan.FromSeconds(1), times);
        times.Sort();
        return times[times.Count / 2];
    }

    private static (long Syncs, TimeSpan Elapsed) Append(string directory, int bytes, TimeSpan duration, List<TimeSpan>? times)
    {
        var path = Path.Combine(directory, "raw.bench");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, options: FileOptions.DeleteOnClose);
        var buffer = new byte[bytes];
        var started = Stopwatch.GetTimestamp();
        long count = 0;
        for (; Stopwatch.GetElapsedTime(started) < duration; count++)
        {
            var before = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, buffer, count * bytes);
            if (DataSync((int)file.DangerousGetHandle()) != 0) throw new IOException($"{path} cannot be synced.");
            times?.Add(Stopwatch.GetElapsedTime(before));
        }
        return (count, Stopwatch.GetElapsedTime(started));
    }

    // The framework has no call for it, and its own flush also writes what an appending log does not need.
    [LibraryImport("libc", EntryPoint = "fdatasync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int DataSync(int descriptor);
}
