using System.Runtime.InteropServices;
using System.Text;
using Runnel.Server.Sqlite;

namespace Runnel.Faults.Worker;

/// <summary>A kind of call to the file system. The numbers are the library's.</summary>
public enum DeviceCall
{
    Write = 1,
    Sync = 2,
    Resize = 3,
    Open = 4,
    Read = 5,
    Name = 6,

    /// <summary>Any but reads.</summary>
    Any = 7,
}

/// <summary>What becomes of a call: an error of Linux, or a fault that is none.</summary>
public enum DeviceFault
{
    /// <summary>The call is done, and the process ends at once.</summary>
    End = -2,

    /// <summary>Only half of the bytes are taken.</summary>
    Short = -1,

    EINTR = 4,
    EIO = 5,
    EMFILE = 24,
    ENOSPC = 28,
}

/// <summary>The preloaded library that stands between this process and its files.</summary>
internal static partial class Device
{
    // A name that no file has: it is looked up among what is loaded already.
    private const string Library = "runnel-device";

    /// <summary>Lets every call to the C library from code of this process go through the library, also those that name it.</summary>
    public static void Attach()
    {
        NativeLibrary.SetDllImportResolver(typeof(Device).Assembly, (name, _, _) => name == Library ? NativeLibrary.GetMainProgramHandle() : 0);
        NativeLibrary.SetDllImportResolver(typeof(SqliteStreamStore).Assembly, (name, _, _) => name == "libc" ? NativeLibrary.GetMainProgramHandle() : 0);
    }

    /// <summary>Says below which directory calls count.</summary>
    [LibraryImport(Library, EntryPoint = "device_watch", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Watch(string directory);

    /// <summary>Writes down all that happens from now on, at the end of a file.</summary>
    [LibraryImport(Library, EntryPoint = "device_record", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Record(string path);

    /// <summary>Makes the <paramref name="number"/>th call from now on, and if it lasts all behind it, fail; 0 for none.</summary>
    [LibraryImport(Library, EntryPoint = "device_arm")]
    public static partial void Arm(DeviceCall call, long number, DeviceFault fault, [MarshalAs(UnmanagedType.Bool)] bool isLasting);

    /// <summary>How many calls have failed since it was armed.</summary>
    [LibraryImport(Library, EntryPoint = "device_fired")]
    public static partial int Fired();

    /// <summary>How many calls of a kind there were since it was armed.</summary>
    [LibraryImport(Library, EntryPoint = "device_calls")]
    public static partial long Calls(DeviceCall call);

    /// <summary>Puts a note among what is written down.</summary>
    public static void Note(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Note(bytes, bytes.Length);
    }

    [LibraryImport(Library, EntryPoint = "device_note")]
    private static partial void Note(ReadOnlySpan<byte> text, int count);
}
