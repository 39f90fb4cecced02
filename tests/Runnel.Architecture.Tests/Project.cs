using System.Xml.Linq;
using Runnel.Tests;

namespace Runnel.Architecture.Tests;

/// <summary>A project of the repository, as its project file says.</summary>
internal sealed class Project
{
    private static readonly string[] Folders = ["src", "tests", "samples", "bench"];

    private readonly XDocument _document;

    private Project(string path)
    {
        File = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
        _document = XDocument.Load(path);
    }

    /// <summary>Every project there is.</summary>
    public static IReadOnlyList<Project> All { get; } =
    [
        .. Folders.Select(folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(path => new Project(path)),
    ];

    /// <summary>The project file, from the repository's folder.</summary>
    public string File { get; }

    public string Name => Path.GetFileNameWithoutExtension(File);

    public bool IsShipped => File.StartsWith("src/", StringComparison.Ordinal);

    /// <summary>The names of the projects whose code this one refers to; not those that it only has built, like a generator.</summary>
    public IEnumerable<string> References =>
        _document.Descendants("ProjectReference").Where(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))!);

    /// <summary>Whether the project itself asks for ASP.NET Core; the Razor SDK without the framework only makes web files part of a package.</summary>
    public bool UsesAspNetCore =>
        Included("FrameworkReference").Contains("Microsoft.AspNetCore.App")
        || _document.Root!.Attribute("Sdk")?.Value is "Microsoft.NET.Sdk.Web";

    /// <summary>Who else may see the project's internals; every shipped project shows them to its own tests (eng/Library.props).</summary>
    public IEnumerable<string> ShowsInternalsTo => Included("InternalsVisibleTo");

    private IEnumerable<string> Included(string element) =>
        _document.Descendants(element).Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));
}
