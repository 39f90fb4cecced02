using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;

namespace Runnel.Client.Browser;

/// <summary>The frames that a browser paints.</summary>
internal static partial class Frames
{
    // As long as a frame of 60 in a second, where there is no browser to ask.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(16);

    /// <summary>Waits for the next frame; in a page that nobody looks at, a little longer.</summary>
    public static Task NextAsync() => OperatingSystem.IsBrowser() ? NextOfBrowserAsync() : Task.Delay(Interval);

    [SupportedOSPlatform("browser")]
    private static async Task NextOfBrowserAsync()
    {
        await StoreModule.ImportAsync().ConfigureAwait(false);
        await NextFrameAsync().ConfigureAwait(false);
    }

    [JSImport("nextFrame", StoreModule.Name)]
    [SupportedOSPlatform("browser")]
    private static partial Task NextFrameAsync();
}
