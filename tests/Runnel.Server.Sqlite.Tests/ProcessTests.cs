using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Runnel.Protocol;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;
using Runnel.Tests;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>Real processes on real files: killed, refused, and with a device that fails.</summary>
public sealed partial class ProcessTests(ITestOutputHelper output) : IDisposable
{
    // With those of the server and of the clients there are 60 in a usual run, and 5,000 in a long one.
    private static readonly int Rounds = Randomized.Runs(5, inLongRuns: 3_500);

    private const int RoundsOfADirectory = 10;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9()
    {
        var random = new Random(9);
        var acknowledged = new Dictionary<StreamName, Seq>();
        for (var round = 0; round < Rounds; round++)
        {
            // Each round reads all that is there, which must not grow without end.
            var data = $"data-{round / RoundsOfADirectory}";
            if (round % RoundsOfADirectory == 0) acknowledged.Clear();
            using var process = AppenderProcess.Start(_directory.File(data));
            var commits = random.Next(1, 200);
            await process.ReadUntilAsync(line => line.StartsWith("acked", StringComparison.Ordinal) && --commits == 0);
            await process.KillAsync();
            foreach (var line in process.Lines) NoteHeads(line, acknowledged);

            await AssertThereAsync(acknowledged, $"round {round}", data);
            Assert.Null(JournalVerifier.Verify(_directory.File(data), Cancellation).Fault);
        }
        output.WriteLine($"{Rounds} kills.");
    }

    [Fact]
    public async Task A_second_process_on_the_directory_is_refused_and_told_whose_it_is()
    {
        using var process = AppenderProcess.Start(_directory.Path);
        await process.ReadUntilAsync(line => line == "open");

        var fault = await Assert.ThrowsAsync<StreamStoreException>(async () => await OpenAsync());

        Assert.Equal(StoreFault.Unusable, fault.Fault);
        Assert.Contains(_directory.Path, fault.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux()) Assert.Matches(@"process \d+\.", fault.Message);
        Assert.Equal(StoreFault.Unusable, Assert.Throws<StreamStoreException>(() => JournalVerifier.Verify(_directory.Path, Cancellation)).Fault);
        await process.KillAsync();
        await using var store = await OpenAsync();
    }

    [Fact]
    public async Task After_a_failed_sync_nothing_more_is_acknowledged()
    {
        // The first syncs make the journal and open it; the one that fails is among the commits' own. Those after it would succeed.
        var trace = _directory.File("trace");
        using var process = AppenderProcess.Start(
            _directory.File("data"), failures: 5, under: Strace(trace, "-e", "trace=fsync,write", "-e", "inject=fsync:error=EIO:when=40"));

        Assert.Equal(3, await process.ReadToEndAsync());

        var calls = await ReadTraceAsync(trace);
        var failed = calls.FindIndex(call => call.Contains("EIO", StringComparison.Ordinal));
        Assert.True(failed >= 0, "No sync failed.");
        Assert.Contains(calls[..failed], IsAcknowledgement);
        Assert.DoesNotContain(calls[failed..], IsAcknowledgement);
        Assert.Equal(5, process.Lines.Count(line => line.StartsWith("failed Failed", StringComparison.Ordinal)));

        var acknowledged = new Dictionary<StreamName, Seq>();
        foreach (var line in process.Lines) NoteHeads(line, acknowledged);
        await AssertThereAsync(acknowledged, "after the failed sync", "data");
    }

    [Fact]
    public async Task No_acknowledgement_is_written_before_its_sync_and_each_group_costs_one()
    {
        const int Commits = 50;
        var trace = _directory.File("trace");
        using var process = AppenderProcess.Start(_directory.File("data"), under: Strace(trace, "-e", "trace=fsync,fdatasync,write"));
        var commits = Commits;
        await process.ReadUntilAsync(line => line.StartsWith("acked", StringComparison.Ordinal) && --commits == 0);
        await process.KillAsync();

        var calls = await ReadTraceAsync(trace);
        var acknowledgements = Enumerable.Range(0, calls.Count).Where(i => IsAcknowledgement(calls[i])).Take(Commits).ToArray();
        Assert.Equal(Commits, acknowledgements.Length);
        var begin = calls.FindIndex(call => call.Contains("\"open", StringComparison.Ordinal));
        var syncs = 0;
        foreach (var acknowledgement in acknowledgements)
        {
            var between = calls[begin..acknowledgement].Count(call => call.Contains("sync(", StringComparison.Ordinal) && call.EndsWith("= 0", StringComparison.Ordinal));
            Assert.True(between >= 1, $"{calls[acknowledgement]} was written before a sync.");
            syncs += between;
            begin = acknowledgement;
        }
        // Once a second the mark is synced too, and its directory.
        Assert.InRange(syncs, Commits, Commits + 20);
    }

    private static bool IsAcknowledgement(string call) => call.Contains("\"acked", StringComparison.Ordinal);

    private static string[] Strace(string trace, params string[] what)
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("strace", ["-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            probe.WaitForExit();
            if (probe.ExitCode != 0) Assert.Skip("strace may not trace here.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("strace is not installed.");
        }
        return ["strace", "-f", "-qq", "-o", trace, .. what];
    }

    // One line a call: where threads interleave, strace tells a call's begin and end apart, and its end is where it counts.
    private static async Task<List<string>> ReadTraceAsync(string path) => [
        .. (await File.ReadAllLinesAsync(path, Cancellation))
            .Where(line => !line.Contains("<unfinished", StringComparison.Ordinal) || line.Contains("write(", StringComparison.Ordinal))
            .Select(line => ThreadId().Replace(line, ""))
            .Select(line => Resumed().Replace(line, "$1("))];

    private static void NoteHeads(string line, Dictionary<StreamName, Seq> heads)
    {
        // The last line of a killed process may be cut off.
        foreach (Match head in Head().Matches(line.StartsWith("acked ", StringComparison.Ordinal) ? line + " " : ""))
        {
            heads[StreamName.Parse(head.Groups[1].Value)] = new Seq(long.Parse(head.Groups[2].Value, CultureInfo.InvariantCulture));
        }
    }

    private async Task AssertThereAsync(Dictionary<StreamName, Seq> acknowledged, string when, string data = "")
    {
        await using var store = await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = _directory.File(data) }, Cancellation);
        foreach (var (stream, head) in acknowledged.ToArray())
        {
            var events = await SampleStream.ReadAllAsync(store, stream, Seq.None, Cancellation);
            var state = await store.LoadAsync(stream, Cancellation);
            Assert.Equal(events.Count, state!.Header.Head.Value);
            Assert.True(events.Count >= head.Value, $"{when}: {stream} had acknowledged {head}, and {events.Count} are there.");
            Assert.True(events.Count <= head.Value + 4, $"{when}: {stream} had acknowledged {head}, and more than one group is there besides: {events.Count}.");
            foreach (var encoded in events)
            {
                var stored = EventCodec.ParseStored(encoded.Json.Span);
                Assert.StartsWith($"{{\"title\":\"{stream} {encoded.Seq} ", stored.Event.Fields.ToString(), StringComparison.Ordinal);
            }
            acknowledged[stream] = new Seq(events.Count);
        }
    }

    private async Task<SqliteStreamStore> OpenAsync() =>
        await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = _directory.Path }, Cancellation);

    [GeneratedRegex(@"([^ =]+)=(\d+) ")]
    private static partial Regex Head();

    [GeneratedRegex(@"^\d+ +")]
    private static partial Regex ThreadId();

    [GeneratedRegex(@"^<\.\.\. (\w+) resumed>")]
    private static partial Regex Resumed();
}
