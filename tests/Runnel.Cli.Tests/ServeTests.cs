using System.Net;
using System.Net.Sockets;

namespace Runnel.Cli.Tests;

public sealed class ServeTests
{
    [Fact]
    public async Task A_mistake_beside_the_address_is_explained() =>
        Assert.Contains("--urls", (await Cli.RunAsync(null, "serve", "--urls", "http://127.0.0.1:0")).AssertFailed(2), StringComparison.Ordinal);

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        using var data = new TemporaryDirectory();

        var line = (await Cli.RunAsync(null, "serve", "--url", url, "--data", data.Path)).AssertFailed(4);
        Assert.Contains($"{url} is in use", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_one_directory_does_not_start_and_does_no_harm()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        (await server.RunAsync("append", "s", """{"op":"insert","collection":"task","id":"1","fields":{}}""")).AssertDone();

        var line = (await Cli.RunAsync(null, "serve", "--url", "http://127.0.0.1:0", "--data", server.Data)).AssertFailed(4);
        Assert.Contains(server.Data, line, StringComparison.Ordinal);

        (await server.RunAsync("append", "s", """{"op":"delete","collection":"task","id":"1"}""")).AssertDone();
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_said_in_one_line()
    {
        using var folder = new TemporaryDirectory();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var readOnly = Path.Combine(folder.Path, "read-only");
        Directory.CreateDirectory(readOnly);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(readOnly, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        // Root may write where nobody may, but not into a file, and not into what the kernel itself shows.
        string[] directories = [Path.Combine(file, "data"), file, Environment.IsPrivilegedProcess ? "/proc/runnel-data" : readOnly];
        foreach (var directory in directories)
        {
            (await Cli.RunAsync(null, "serve", "--url", "http://127.0.0.1:0", "--data", directory)).AssertFailed(4);
        }
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    public async Task What_everybody_could_reach_is_served_only_when_it_is_said_to_be_open(string url)
    {
        using var data = new TemporaryDirectory();
        var line = (await Cli.RunAsync(null, "serve", "--url", url, "--data", data.Path)).AssertFailed(2);
        Assert.Contains("--open", line, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(data.Path));
    }

    [Fact]
    public async Task An_option_that_cannot_work_is_said_in_one_line()
    {
        using var data = new TemporaryDirectory();
        using var process = Cli.Start(("Runnel__MaxBatchEvents", "0"), "serve", "--url", "http://127.0.0.1:0", "--data", data.Path);
        var line = (await Cli.FinishAsync(process)).AssertFailed(2);
        Assert.Contains("Runnel:MaxBatchEvents is 0; choose 1 to", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_asked_to_end_ends_well_and_finds_everything_again()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        (await server.RunAsync("append", "s", """{"op":"insert","collection":"task","id":"1","fields":{"a":1}}""")).AssertDone();
        var before = (await server.RunAsync("state", "s", "--json")).AssertDone();

        Assert.Equal(0, await server.StopAsync());
        await server.StartAsync();

        Assert.Equal(before, (await server.RunAsync("state", "s", "--json")).AssertDone());
    }

    [Fact]
    public async Task Only_names_of_this_machine_are_answered()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Url}/v1/streams");
        request.Headers.Host = "evil.example.org";
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    [InlineData(0)]
    [InlineData(2, "dance")]
    [InlineData(2, "append")]
    [InlineData(2, "append", "s")]
    [InlineData(2, "append", "s", "{}", "--file", "f")]
    [InlineData(2, "append", "no name", "{}")]
    [InlineData(2, "append", "s", "{}", "--client", "no name")]
    [InlineData(2, "append", "s", "{}", "--rate", "-1")]
    [InlineData(2, "append", "s", "{}", "--retry", "soon")]
    [InlineData(2, "append", "s", "--file", "/does/not/exist")]
    [InlineData(2, "tail", "s", "--after", "x")]
    [InlineData(2, "tail", "s", "--url", "ftp://x")]
    [InlineData(2, "state", "s", "--at", "1.5")]
    [InlineData(2, "import", "s")]
    public async Task A_command_line_that_makes_no_sense_is_exit_code_2(int exitCode, params string[] arguments)
    {
        var result = await Cli.RunAsync(null, arguments);
        if (exitCode == 0) result.AssertDone();
        else Assert.StartsWith("runnel: ", result.AssertFailed(exitCode), StringComparison.Ordinal);
    }
}
