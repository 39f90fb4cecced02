using Runnel.Benchmarks.Replicas;

namespace Runnel.Benchmarks;

/// <summary>What the C# client costs an app.</summary>
internal static class ClientBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["setter"]: await SetterBenchmark.RunAsync(); return 0;
            case ["apply"]: await ApplyBenchmark.RunAsync(); return 0;
            case ["offline"]: await OfflineBenchmark.RunAsync(); return 0;
            case ["open"]: await OpenBenchmark.RunAsync(); return 0;
            case ["list"]: await ListBenchmark.RunAsync(); return 0;
            default: return 2;
        }
    }
}
