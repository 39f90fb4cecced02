using System.Diagnostics;

namespace Runnel.Faults.Tests.Device;

/// <summary>The library that is preloaded into processes, compiled from <c>device.c</c> by the tests themselves.</summary>
internal static class DeviceLibrary
{
    private static readonly Lazy<string?> Built = new(Build);

    /// <summary>Its path; skips the test where it cannot be had.</summary>
    public static string Path
    {
        get
        {
            Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.Is64BitProcess, "Files are made to fail on 64-bit Linux only.");
            Assert.SkipWhen(Built.Value is null, "There is no C compiler.");
            return Built.Value!;
        }
    }

    private static string? Build()
    {
        var library = System.IO.Path.Combine(AppContext.BaseDirectory, "runnel-device.so");
        string[] arguments = ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-ffreestanding", "-nostdlib", "-o", library, System.IO.Path.Combine(AppContext.BaseDirectory, "Device", "device.c")];
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true })!;
            var said = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            Assert.True(compiler.ExitCode == 0, said);
            return library;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
