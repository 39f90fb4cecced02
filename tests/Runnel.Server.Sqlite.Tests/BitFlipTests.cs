using Runnel.Server.Stores;
using Runnel.Testing.Stores;
using Runnel.Tests;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>Single bits that are not as they were written: detected, named, never served.</summary>
public sealed class BitFlipTests
{
    private enum Verdict
    {
        Untouched,
        StreamStopped,
        Refused,
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flip_in_an_event_stops_its_stream_and_no_other()
    {
        using var sample = await JournalSample.CreateAsync();
        var beta = sample.Beta;
        var damaged = beta.Events[5];
        var title = damaged.Json[damaged.Json.Span.IndexOf("\"title\""u8)..];
        sample.FlipIn("journal.db", title.Span[..30], 12, bit: 3);

        await using (var store = await sample.OpenAsync())
        {
            await sample.Streams[0].AssertHeldByAsync(store, Cancellation);
            await sample.Streams[2].AssertHeldByAsync(store, Cancellation);
            var read = new List<EncodedEvent>();
            var fault = await Assert.ThrowsAsync<StreamStoreException>(async () =>
            {
                await foreach (var block in store.ReadAsync(beta.Name, Seq.None, Cancellation)) read.AddRange(block.Events);
            });
            Assert.Equal((StoreFault.Damaged, beta.Name), (fault.Fault, fault.Stream));
            Assert.Contains(sample.Directory.Path, fault.Message, StringComparison.Ordinal);
            Assert.NotEmpty(read);
            Assert.True(read.Count < damaged.Seq.Value);
            SampleStream.AssertSame([.. beta.Events.Take(read.Count)], read);

            // The stream stops: no home can load it, no append is taken; it can be read past the damage, and it can be deleted.
            Assert.Equal(beta.Name, (await Assert.ThrowsAsync<StreamStoreException>(async () => await store.LoadAsync(beta.Name, Cancellation))).Stream);
            Assert.Equal([new AppendResult.StaleHead(beta.Head, beta.Head)], await store.CommitAsync([beta.Append(1)], Cancellation));
            SampleStream.AssertSame([.. beta.Events.Skip(8)], await SampleStream.ReadAllAsync(store, beta.Name, new Seq(8), Cancellation));
            await store.CommitAsync([sample.Streams[0].Take(sample.Streams[0].Append(2))], Cancellation);
            await sample.Streams[0].AssertHeldByAsync(store, Cancellation);
        }
        var report = sample.Verify();
        Assert.Equal((JournalFaultKind.Events, beta.Name), (report.Fault!.Kind, report.Fault.Stream));
        Assert.True(report.Fault.Seq <= damaged.Seq);

        await using (var store = await sample.OpenAsync())
        {
            Assert.Equal([new AppendResult.Appended(Seq.None)], await store.CommitAsync([beta.Delete()], Cancellation));
            Assert.Null(await store.LoadAsync(beta.Name, Cancellation));
        }
    }

    [Theory]
    [InlineData("directory", JournalFaultKind.Chain)]
    [InlineData("chain", JournalFaultKind.Chain)]
    public async Task A_flip_in_what_ties_commits_together_refuses_the_journal(string column, JournalFaultKind kind)
    {
        using var sample = await JournalSample.CreateAsync();
        var bytes = Convert.FromHexString(sample.Query($"SELECT hex({column}) FROM commits WHERE number = 6"));
        sample.FlipIn("journal.db", bytes, bytes.Length / 2, bit: 6);

        var fault = await sample.AssertRefusedAsync();
        var report = sample.Verify();

        Assert.Equal(StoreFault.Damaged, fault.Fault);
        Assert.Contains("commit 6", fault.Message, StringComparison.Ordinal);
        Assert.Equal((kind, 6L), (report.Fault!.Kind, report.Fault.Commit!.Value));
    }

    [Fact]
    public async Task A_flip_in_a_rows_number_refuses_the_journal()
    {
        using var sample = await JournalSample.CreateAsync();
        // In the leaf a cell begins with the row's length and its number; behind them come the record's header and the chain hash.
        var chain = Convert.FromHexString(sample.Query("SELECT hex(chain) FROM commits WHERE number = 6"));
        var file = await File.ReadAllBytesAsync(sample.Directory.File("journal.db"), Cancellation);
        var row = file.AsSpan().LastIndexOf(chain);
        sample.Flip("journal.db", Enumerable.Range(row - 10, 8).Single(position => file[position] == 6 && file[position + 1] is > 4 and < 9), bit: 5);

        var fault = await sample.AssertRefusedAsync();

        Assert.Equal(StoreFault.Damaged, fault.Fault);
        Assert.Contains("commit 6 is missing: commit 38 follows commit 5", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flip_anywhere_in_the_mark_is_named()
    {
        using var sample = await JournalSample.CreateAsync();
        var length = new FileInfo(sample.Directory.File("journal.synced")).Length;
        for (var position = 0; position < length; position++)
        {
            sample.Flip("journal.synced", position, position % 7);
            var fault = await sample.AssertRefusedAsync();
            Assert.Equal(StoreFault.Damaged, fault.Fault);
            Assert.Contains("journal.synced is damaged", fault.Message, StringComparison.Ordinal);
            sample.Flip("journal.synced", position, position % 7);
        }
        Assert.Null(sample.Verify().Fault);
    }

    [Fact]
    public async Task A_flip_anywhere_in_the_journal_is_never_served()
    {
        var verdicts = await FlipAsync("journal.db", Randomized.Runs(500));

        // Far most bytes are events' and directories' own; the rest is free space in pages.
        Assert.True(verdicts[Verdict.StreamStopped] > verdicts[Verdict.Untouched] / 4, Spell(verdicts));
        Assert.True(verdicts[Verdict.Refused] > 0, Spell(verdicts));
    }

    [Fact]
    public async Task A_flip_anywhere_in_the_write_ahead_log_is_never_served()
    {
        var verdicts = await FlipAsync("journal.db-wal", Randomized.Runs(200));

        Assert.True(verdicts[Verdict.Refused] > verdicts.Values.Sum() / 2, Spell(verdicts));
    }

    [Theory]
    [InlineData("what a kill left")]
    [InlineData("what was closed")]
    public async Task A_flip_anywhere_in_shared_memory_has_no_effect(string beside)
    {
        const int Header = 136;   // the index's header, twice, and how far the log was moved: what readers trust
        using var killed = await JournalSample.CreateCrashedAsync();
        using var sample = beside == "what was closed" ? await JournalSample.CreateAsync() : killed.Copy();
        var random = new Random(20261130);
        var positions = Enumerable.Range(0, Header).Concat(Enumerable.Range(0, Randomized.Runs(100)).Select(_ => random.Next(Header, killed.SharedMemory.Length)));

        await AssertWithoutEffectAsync(sample, "journal.db-shm", killed.SharedMemory, [.. positions.Select(position => (position, random.Next(8)))]);
    }

    [Fact]
    public async Task A_flip_anywhere_in_the_lock_has_no_effect()
    {
        using var sample = await JournalSample.CreateAsync();
        var bytes = await File.ReadAllBytesAsync(sample.Directory.File("journal.lock"), Cancellation);

        await AssertWithoutEffectAsync(sample, "journal.lock", bytes, [.. from position in Enumerable.Range(0, bytes.Length) from bit in Enumerable.Range(0, 8) select (position, bit)]);
    }

    [Fact]
    public async Task There_is_no_other_file_than_those_that_are_flipped_here()
    {
        using var sample = await JournalSample.CreateAsync();
        await using var store = await sample.OpenAsync();
        await store.CommitAsync([sample.Beta.Take(sample.Beta.Append(1))], Cancellation);

        Assert.Equal(
            ["journal.db", "journal.db-shm", "journal.db-wal", "journal.lock", "journal.synced"],
            Directory.EnumerateFileSystemEntries(sample.Directory.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static async Task AssertWithoutEffectAsync(JournalSample sample, string file, byte[] bytes, IReadOnlyList<(int Position, int Bit)> flips)
    {
        Assert.NotEmpty(flips);
        foreach (var (position, bit) in flips)
        {
            bytes[position] ^= (byte)(1 << bit);
            using var opened = sample.Copy();
            using var verified = sample.Copy();
            foreach (var flipped in new[] { opened, verified }) await File.WriteAllBytesAsync(flipped.Directory.File(file), bytes, Cancellation);
            Assert.True(await JudgeAsync(opened) == Verdict.Untouched, $"Bit {bit} of byte {position} of {file} matters.");
            Assert.True(verified.Verify().Fault is null, $"Bit {bit} of byte {position} of {file} matters to the verification.");
            bytes[position] ^= (byte)(1 << bit);
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{flips.Count} flips in {file} had no effect.");
    }

    private static async Task<Dictionary<Verdict, int>> FlipAsync(string file, int flips)
    {
        const int Seed = 20261122;
        var random = new Random(Seed);
        using var sample = file == "journal.db" ? await JournalSample.CreateAsync() : await JournalSample.CreateCrashedAsync();
        var length = new FileInfo(sample.Directory.File(file)).Length;
        var verdicts = new Dictionary<Verdict, int> { [Verdict.Untouched] = 0, [Verdict.StreamStopped] = 0, [Verdict.Refused] = 0 };
        for (var i = 0; i < flips; i++)
        {
            var (position, bit) = (random.NextInt64(length), random.Next(8));
            using var flipped = sample.Copy();
            flipped.Flip(file, position, bit);
            try
            {
                verdicts[await JudgeAsync(flipped)]++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Flip {i} of seed {Seed}: bit {bit} of byte {position} of {file}.", exception);
            }
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{flips} flips in {file}: {Spell(verdicts)}.");
        return verdicts;
    }

    // Whatever is served is what was written; whatever is not is named.
    private static async Task<Verdict> JudgeAsync(JournalSample sample)
    {
        var verdict = await JudgeStoreAsync(sample);
        JournalFault? found;
        try
        {
            found = sample.Verify().Fault;
        }
        catch (StreamStoreException exception) when (exception.Fault == StoreFault.Unusable)
        {
            return verdict;
        }
        Assert.True(verdict == Verdict.Untouched || found is not null, "The verification missed what the store met.");
        return verdict;
    }

    private static async Task<Verdict> JudgeStoreAsync(JournalSample sample)
    {
        SqliteStreamStore store;
        try
        {
            store = await sample.OpenAsync();
        }
        catch (StreamStoreException exception)
        {
            Assert.True(exception.Fault is StoreFault.Damaged or StoreFault.Unusable, exception.Message);
            return Verdict.Refused;
        }
        await using (store)
        {
            var headers = await store.ListAsync("", "", 100, Cancellation);
            Assert.Equal(sample.Streams.Select(stream => stream.Header), headers);
            var verdict = Verdict.Untouched;
            foreach (var stream in sample.Streams)
            {
                try
                {
                    await stream.AssertHeldByAsync(store, Cancellation);
                }
                catch (StreamStoreException exception)
                {
                    Assert.Equal((StoreFault.Damaged, stream.Name), (exception.Fault, exception.Stream));
                    verdict = Verdict.StreamStopped;
                }
            }
            return verdict;
        }
    }

    private static string Spell(Dictionary<Verdict, int> verdicts) => string.Join(", ", verdicts.Select(pair => $"{pair.Key}: {pair.Value}"));
}
