using System.Text.Json;

namespace Runnel.Faults.Worker;

/// <summary>
/// Lets the k-th call of one history of lifetimes fail, for each k: the lifetimes before it are lived once and kept, so that each k
/// costs its own lifetime, and the one after it.
/// </summary>
internal static class FailingRun
{
    // Whoever has not made the calls by then never will.
    private const int MostLifetimes = 300;

    /// <summary>Whether commits make many such calls; otherwise openings and closings do, and many short lifetimes reach them.</summary>
    public static bool NeedsCommits(DeviceCall call) => call is not (DeviceCall.Open or DeviceCall.Resize or DeviceCall.Name);

    public static async Task<int> EachAsync(string directory, DeviceCall call, DeviceFault fault, int first, int last, Func<string, FailingWork> begin)
    {
        var before = begin(Directory.CreateDirectory(Path.Combine(directory, "before")).FullName);
        var (callsBefore, lifetime) = (0L, 0);
        for (var number = first; number <= last;)
        {
            Device.Watch("");
            var work = before.Copy(Directory.CreateDirectory(Path.Combine(directory, $"{call}-{fault}-{number}-{lifetime}")).FullName);
            Device.Watch(work.Directory);
            Device.Arm(call, number - callsBefore, fault, isLasting: false);
            await work.TryAsync(() => work.LiveAsync(lifetime));
            var (fired, calls) = (Device.Fired(), Device.Calls(call));
            if (fired == 0 && work.Result.Wrong is null && lifetime < MostLifetimes)
            {
                Directory.Delete(before.Directory, recursive: true);
                (before, callsBefore, lifetime) = (work, callsBefore + calls, lifetime + 1);
                continue;
            }
            if (work.Result.Wrong is null) await work.TryAsync(() => work.LiveAsync(-1));
            Device.Watch("");
            Directory.Delete(work.Directory, recursive: true);
            (work.Result.Number, work.Result.Fired) = (number, fired);
            Console.WriteLine(JsonSerializer.Serialize(work.Result));
            number++;
        }
        return 0;
    }
}

/// <summary>Work on files in a directory, and what it did so far.</summary>
internal abstract class FailingWork(string directory)
{
    public string Directory { get; } = directory;

    public FailingResult Result { get; private set; } = new();

    /// <summary>The same work at the same place, in another directory.</summary>
    public FailingWork Copy(string directory)
    {
        foreach (var file in System.IO.Directory.GetFiles(Directory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(directory, Path.GetRelativePath(Directory, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (!file.EndsWith(".lock", StringComparison.Ordinal)) File.Copy(file, copy);
        }
        var work = CopyState(directory);
        work.Result = new FailingResult { Acknowledged = Result.Acknowledged };
        return work;
    }

    /// <summary>One lifetime: opens, writes, reads and closes; -1 for the last, which finds what the others left.</summary>
    public abstract Task LiveAsync(int lifetime);

    /// <summary>Does a part of it; what nobody expects is wrong.</summary>
    public async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            Fail($"An exception that nobody expects: {exception}");
        }
    }

    protected abstract FailingWork CopyState(string directory);

    /// <summary>A promise is broken; the first is the one that is told.</summary>
    protected void Fail(string? what) => Result.Wrong ??= what;

    /// <summary>The files as kill -9 would leave them now, in a directory beside; shared memory and locks end with the process.</summary>
    protected static string Crash(string data)
    {
        var crashed = data + "-crashed";
        System.IO.Directory.CreateDirectory(crashed);
        foreach (var file in System.IO.Directory.GetFiles(data))
        {
            if (!file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal)) File.Copy(file, Path.Combine(crashed, Path.GetFileName(file)));
        }
        return crashed;
    }
}

/// <summary>What became of one run.</summary>
public sealed class FailingResult
{
    /// <summary>Which call failed.</summary>
    public int Number { get; set; }

    /// <summary>How many calls failed: one, if the work made as many.</summary>
    public int Fired { get; set; }

    /// <summary>How many writes were acknowledged.</summary>
    public int Acknowledged { get; set; }

    /// <summary>What the product said of the fault; empty if nobody noticed.</summary>
    public List<string> Said { get; set; } = [];

    /// <summary>The promise that was broken, or <c>null</c>.</summary>
    public string? Wrong { get; set; }
}
