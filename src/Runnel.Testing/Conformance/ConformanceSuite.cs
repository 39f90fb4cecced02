using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>Where the cases are: in this assembly, as they were when it was built, or in a folder of files.</summary>
public static class ConformanceSuite
{
    private const string ResourcePrefix = "conformance/";

    /// <summary>Reads the cases that came with this assembly, sorted by topic.</summary>
    public static IReadOnlyList<ConformanceCase> Load()
    {
        var assembly = typeof(ConformanceSuite).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return Unique(names.SelectMany(name => Read(Path.GetFileNameWithoutExtension(name), assembly.GetManifestResourceStream(name)!)));
    }

    /// <summary>Reads the cases of all <c>*.json</c> files in <paramref name="folder"/>.</summary>
    /// <exception cref="FormatException">A file does not hold cases as <c>conformance/README.md</c> has them, or two have one name.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<ConformanceCase> Load(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal);
        return Unique(files.SelectMany(file => Read(Path.GetFileNameWithoutExtension(file), File.OpenRead(file))));
    }

    private static List<ConformanceCase> Read(string topic, Stream file)
    {
        using (file)
        {
            try
            {
                using var document = JsonDocument.Parse(file);
                return [.. document.RootElement.GetProperty("cases").Clone().EnumerateArray().Select(written => Read(topic, written))];
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                throw new FormatException($"{topic}.json does not hold cases: {exception.Message}", exception);
            }
        }
    }

    private static ConformanceCase Read(string topic, JsonElement written) => new(
        topic,
        written.GetProperty("name").GetString()!,
        written.GetProperty("says").GetString()!,
        written.TryGetProperty("capability", out var capability) ? capability.GetString() : null,
        IsSet(written, "slow"),
        IsSet(written, "alone"),
        [.. written.GetProperty("steps").EnumerateArray()]);

    private static bool IsSet(JsonElement written, string flag) => written.TryGetProperty(flag, out var value) && value.GetBoolean();

    private static List<ConformanceCase> Unique(IEnumerable<ConformanceCase> cases)
    {
        var all = cases.ToList();
        var twice = all.CountBy(one => one.Name).FirstOrDefault(count => count.Value > 1).Key;
        return twice is null ? all : throw new FormatException($"Two cases are named {twice}.");
    }
}
