using System.Reflection;
using System.Runtime.InteropServices.JavaScript;

namespace Runnel.Client.Browser.Page;

/// <summary>Runs the tests of a specification, one by one, as a test runner would.</summary>
internal static partial class Specification
{
    /// <summary>The names of the tests.</summary>
    [JSExport]
    public static string[] Names() => [.. Tests().Select(test => test.Name)];

    /// <summary>Runs a test; the failure, or nothing.</summary>
    [JSExport]
    public static async Task<string> RunAsync(string name)
    {
        try
        {
            await (Task)Tests().Single(test => test.Name == name).Invoke(new IndexedDbStoreTests(), null)!;
            return "";
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }
    }

    private static IEnumerable<MethodInfo> Tests() => typeof(IndexedDbStoreTests).GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null);
}
