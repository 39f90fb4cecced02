using System.Text.Json;

namespace Runnel.Cli.Tests;

public sealed class VerifyTests
{
    [Fact]
    public async Task A_data_directory_is_whole_until_a_bit_of_it_flips()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        for (var i = 1; i <= 3; i++) (await server.RunAsync("append", "s", $$$"""{"op":"insert","collection":"task","id":"{{{i}}}","fields":{"text":"the needle {{{i}}}"}}""")).AssertDone();
        Assert.Contains(server.Data, (await Cli.RunAsync(null, "verify", "--data", server.Data)).AssertFailed(4), StringComparison.Ordinal);
        await server.StopAsync();

        Assert.Contains("is whole: ", (await Cli.RunAsync(null, "verify", "--data", server.Data)).AssertDone(), StringComparison.Ordinal);
        Assert.Equal(3, JsonDocument.Parse((await Cli.RunAsync(null, "verify", "--json", "--data", server.Data)).AssertDone()).RootElement.GetProperty("events").GetInt32());

        FlipABitOf(server.Data, "the needle 2"u8);
        var damaged = await Cli.RunAsync(null, "verify", "--json", "--data", server.Data);
        Assert.Equal(1, damaged.ExitCode);
        var fault = JsonDocument.Parse(damaged.Output).RootElement.GetProperty("fault");
        Assert.Equal(("s", 2), (fault.GetProperty("stream").GetString(), fault.GetProperty("seq").GetInt32()));
        Assert.Equal(1, (await Cli.RunAsync(null, "verify", "--data", server.Data)).ExitCode);
    }

    [Fact]
    public async Task Where_there_are_no_data_there_is_nothing_to_verify()
    {
        using var empty = new TemporaryDirectory();
        (await Cli.RunAsync(null, "verify", "--data", empty.Path)).AssertFailed(4);
        (await Cli.RunAsync(null, "verify", "--data", Path.Combine(empty.Path, "none"))).AssertFailed(4);
    }

    private static void FlipABitOf(string directory, ReadOnlySpan<byte> needle)
    {
        var found = false;
        foreach (var path in Directory.GetFiles(directory))
        {
            var bytes = File.ReadAllBytes(path);
            for (var at = bytes.AsSpan().IndexOf(needle); at >= 0;)
            {
                bytes[at] ^= 1;
                found = true;
                var next = bytes.AsSpan(at + 1).IndexOf(needle);
                at = next < 0 ? -1 : at + 1 + next;
            }
            File.WriteAllBytes(path, bytes);
        }
        Assert.True(found, "The events were not found in the files.");
    }
}
