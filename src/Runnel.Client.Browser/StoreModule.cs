using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;

namespace Runnel.Client.Browser;

/// <summary>The calls of runnel-store.js.</summary>
[SupportedOSPlatform("browser")]
internal static partial class StoreModule
{
    public const string Name = "Runnel.Client.Browser/runnel-store.js";

    // Beside the folder that the runtime comes from, wherever the app is served.
    private const string Address = "../_content/" + Name;

    private static Task? _imported;

    public static Task ImportAsync() => _imported ??= JSHost.ImportAsync(Name, Address);

    [JSImport("create", Name)]
    public static partial JSObject Create(string name, [JSMarshalAs<JSType.Function<JSType.String, JSType.Object>>] Action<string, JSObject?> tell);

    [JSImport("open", Name)]
    public static partial Task<bool> OpenAsync(JSObject store, bool isShared);

    [JSImport("close", Name)]
    public static partial void Close(JSObject store);

    [JSImport("commit", Name)]
    public static partial Task CommitAsync(JSObject store, byte[] packet, bool isLeading);

    [JSImport("read", Name)]
    public static partial Task<JSObject> ReadAsync(JSObject store, int kind, string stream);

    [JSImport("catchUp", Name)]
    public static partial Task<int> CatchUpAsync(JSObject store);

    [JSImport("say", Name)]
    public static partial void Say(JSObject store, string text);
}
