namespace Runnel.Tests;

/// <summary>Finds files of the repository, and the real histories that may lie beside it.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>Runnel.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a real history; skips the test where there are none.</summary>
    public static string RealHistory(string name)
    {
        var path = Path.Combine(Root, "..", "shared", "data", name);
        Assert.SkipUnless(File.Exists(path), $"There is no real history at {path}.");
        return path;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Runnel.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Runnel.slnx above {AppContext.BaseDirectory}.");
    }
}
