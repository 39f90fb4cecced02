using System.Security.Cryptography;
using Runnel.Tests;

namespace Runnel.Fuzz.Tests;

/// <summary>The inputs that are kept: one for each kind of outcome, and all that ever broke something.</summary>
internal static class Corpus
{
    // RUNNEL_FUZZ_KEEP=1 adds what a run found, to be looked at and committed.
    private static readonly bool IsKept = Environment.GetEnvironmentVariable("RUNNEL_FUZZ_KEEP") == "1";

    // Larger inputs are left to the next run, which finds them anew.
    private const int MostBytes = 4 * 1024;

    public static IReadOnlyList<byte[]> Of(string target) => [.. Directory.GetFiles(FolderOf(target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    public static void Keep(string target, IEnumerable<byte[]> inputs)
    {
        if (!IsKept) return;
        foreach (var input in inputs.Where(input => input.Length <= MostBytes))
        {
            if (Of(target).Any(known => known.AsSpan().SequenceEqual(input))) continue;
            File.WriteAllBytes(Path.Combine(FolderOf(target), Convert.ToHexStringLower(SHA256.HashData(input))[..12]), input);
        }
    }

    private static string FolderOf(string target) => Path.Combine(Repository.Root, "tests", "Runnel.Fuzz.Tests", "Corpus", target);
}
