using System.Runtime.InteropServices.JavaScript;

namespace Runnel.Client.Browser.Page;

/// <summary>The calls of databases.js.</summary>
internal static partial class Databases
{
    private const string Name = "databases.js";

    public static Task ImportAsync() => JSHost.ImportAsync(Name, "../databases.js");

    [JSImport("copy", Name)]
    public static partial Task CopyAsync(string from, string to);

    [JSImport("crash", Name)]
    public static partial Task CrashAsync(string name, string writes, string moment);

    [JSImport("failNext", Name)]
    public static partial void FailNext(string name);

    [JSImport("remove", Name)]
    public static partial Task RemoveAsync(string name);
}
