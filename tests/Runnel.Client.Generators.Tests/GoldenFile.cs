using System.Text;
using Runnel.Tests;

namespace Runnel.Client.Generators.Tests;

/// <summary>A file that shows what is generated. <c>RUNNEL_ACCEPT=1</c> rewrites it with what is generated now, for review.</summary>
internal static class GoldenFile
{
    private static readonly bool IsAccepting = Environment.GetEnvironmentVariable("RUNNEL_ACCEPT") == "1";

    public static void AssertEqual(string name, string actual)
    {
        var path = Path.Combine(Repository.Root, "tests", "Runnel.Client.Generators.Tests", "Golden", name);
        if (IsAccepting)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(expected == actual, $"{name} is not what is generated now. If that is right, run the test with RUNNEL_ACCEPT=1 and review the difference.\n{actual}");
    }
}
