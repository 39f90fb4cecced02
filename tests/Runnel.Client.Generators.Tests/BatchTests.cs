using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators.Tests;

public class BatchTests
{
    [Fact]
    public void A_batch_with_an_await_in_it_does_not_compile()
    {
        var generation = Generation.Of("""
            static class App
            {
                public static void Good(SyncedStream stream) => stream.Batch(() => Console.Write(stream.Name));
                public static void Bad(SyncedStream stream) => stream.Batch(async () => await System.Threading.Tasks.Task.Yield());
            }
            """);

        var error = Assert.Single(generation.Complaints, complaint => complaint.Severity == DiagnosticSeverity.Error);
        Assert.Equal("CS0619", error.Id);
        Assert.Contains("A batch has no await in it", error.ToString(), StringComparison.Ordinal);
    }
}
