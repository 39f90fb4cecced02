using Runnel.Server.Stores;
using Runnel.Tests;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>Data that are not to be opened: each refused with a clear message, and left as they are.</summary>
public sealed class RefusalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_store_in_the_process_is_refused_until_the_first_is_closed()
    {
        using var sample = await JournalSample.CreateAsync();
        await using (await sample.OpenAsync())
        {
            var fault = await sample.AssertRefusedAsync();
            Assert.Equal(StoreFault.Unusable, fault.Fault);
            if (OperatingSystem.IsLinux()) Assert.Contains($"in use by process {Environment.ProcessId}", fault.Message, StringComparison.Ordinal);
        }
        await using var store = await sample.OpenAsync();
    }

    [Fact]
    public async Task A_newer_versions_journal_is_refused_and_left_alone()
    {
        using var sample = await JournalSample.CreateAsync();
        sample.Execute("PRAGMA user_version = 2");
        var before = await File.ReadAllBytesAsync(sample.Directory.File("journal.db"), Cancellation);

        var fault = await sample.AssertRefusedAsync();

        Assert.Equal(StoreFault.Unusable, fault.Fault);
        Assert.Contains("newer version of Runnel: its format is 2, and this version reads up to 1", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(sample.Directory.File("journal.db"), Cancellation));
    }

    [Theory]
    [InlineData("PRAGMA application_id = 7", StoreFault.Unusable, "is not a Runnel journal")]
    [InlineData("PRAGMA user_version = 0", StoreFault.Damaged, "its format is 0")]
    [InlineData("PRAGMA journal_mode = DELETE", StoreFault.Damaged, "its journal mode is 'delete'")]
    [InlineData("ALTER TABLE commits RENAME TO other", StoreFault.Damaged, "no such table")]
    [InlineData("ALTER TABLE commits DROP COLUMN events", StoreFault.Damaged, "has no column named events")]
    public async Task A_file_that_is_no_journal_of_this_version_is_refused(string sql, StoreFault expected, string message)
    {
        using var sample = await JournalSample.CreateAsync();
        sample.Execute(sql);

        var fault = await sample.AssertRefusedAsync();

        Assert.Equal(expected, fault.Fault);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("journal.db"), new string('?', 10_000), Cancellation);

        var fault = await Assert.ThrowsAsync<StreamStoreException>(() => OpenAsync(directory.Path));

        Assert.Equal(StoreFault.Damaged, fault.Fault);
        Assert.Contains("not a database", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("journal.db", "")]
    [InlineData("journal.db")]
    public async Task A_journal_that_is_gone_is_not_begun_anew(string file, string? content = null)
    {
        using var sample = await JournalSample.CreateAsync();
        File.Delete(sample.Directory.File(file));
        if (content is not null) await File.WriteAllTextAsync(sample.Directory.File(file), content, Cancellation);

        var fault = await sample.AssertRefusedAsync();

        Assert.Equal(StoreFault.Damaged, fault.Fault);
        Assert.Contains("ends early: it has no commits, but commit 10 had been synced", fault.Message, StringComparison.Ordinal);
        Assert.Equal(JournalFaultKind.EndsEarly, sample.Verify().Fault!.Kind);
    }

    [Fact]
    public async Task A_write_ahead_log_without_its_journal_is_not_thrown_away()
    {
        using var sample = await JournalSample.CreateCrashedAsync();
        File.Delete(sample.Directory.File("journal.db"));
        File.Delete(sample.Directory.File("journal.synced"));
        var log = await File.ReadAllBytesAsync(sample.Directory.File("journal.db-wal"), Cancellation);

        var fault = await sample.AssertRefusedAsync();

        Assert.Equal(StoreFault.Damaged, fault.Fault);
        Assert.Contains("its write-ahead log is there", fault.Message, StringComparison.Ordinal);
        Assert.Equal(log, await File.ReadAllBytesAsync(sample.Directory.File("journal.db-wal"), Cancellation));
    }

    [Fact]
    public async Task A_read_only_directory_is_refused()
    {
        using var sample = await JournalSample.CreateAsync();
        using var mount = Mount.ReadOnly(sample.Directory.Path);

        var fault = await Assert.ThrowsAsync<StreamStoreException>(() => OpenAsync(mount.Path));

        Assert.Equal(StoreFault.Unusable, fault.Fault);
        Assert.Contains($"The data directory '{mount.Path}' cannot be written: Read-only file system", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("taken"), "", Cancellation);

        var fault = await Assert.ThrowsAsync<StreamStoreException>(() => OpenAsync(directory.File("taken")));

        Assert.Equal(StoreFault.Unusable, fault.Fault);
        Assert.Contains(directory.File("taken"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_whose_making_was_cut_off_is_made_again()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("journal.db"), "", Cancellation);
        await OpenAsync(directory.Path);
        File.Delete(directory.File("journal.synced"));
        new JournalSample.Database(directory.File("journal.db")).Execute("DROP TABLE commits; PRAGMA user_version = 0; PRAGMA application_id = 0");

        await OpenAsync(directory.Path);

        Assert.Equal((1L, null), (JournalVerifier.Verify(directory.Path, Cancellation).Commits, JournalVerifier.Verify(directory.Path, Cancellation).Fault));
    }

    [Fact]
    public void A_directory_without_a_journal_cannot_be_verified()
    {
        using var directory = new TemporaryDirectory();

        Assert.Equal(StoreFault.Unusable, Assert.Throws<StreamStoreException>(() => JournalVerifier.Verify(directory.Path, Cancellation)).Fault);
        Assert.Equal(StoreFault.Unusable, Assert.Throws<StreamStoreException>(() => JournalVerifier.Verify(directory.File("nowhere"), Cancellation)).Fault);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    private static async Task OpenAsync(string path)
    {
        await using var store = await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = path }, Cancellation);
    }
}
