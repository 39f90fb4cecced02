using System.Text;
using Microsoft.Extensions.Time.Testing;
using Runnel.Client.LocalStore;
using Runnel.Client.Tests.Connection;
using Runnel.Testing.LocalStores;

namespace Runnel.Client.Tests.LocalStore;

/// <summary>The local writer: in order, in groups, and stubborn.</summary>
public sealed class LocalWriterTests
{
    private readonly SimulatedLocalDisk _disk = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<Exception?> _reports = [];

    [Fact]
    public async Task What_waits_for_a_write_is_done_once_it_is_durable_and_in_order()
    {
        await using var store = await _disk.OpenAsync(default);
        await using var writer = new LocalWriter(store, _time, _reports.Add);
        var seen = new List<int>();
        for (var i = 0; i < 100; i++)
        {
            var number = i;
            writer.Write([Put($"{i}", "x")], () => seen.Add(number));
        }

        await writer.FlushAsync();

        Assert.Equal(Enumerable.Range(0, 100), seen);
        Assert.Equal(100, await CountAsync());
        Assert.InRange(_disk.Commits, 1, 100);
    }

    [Fact]
    public async Task What_gathers_while_the_store_is_busy_goes_into_one_commit_with_the_last_change_of_each_row()
    {
        await using var store = await _disk.OpenAsync(default);
        await using var writer = new LocalWriter(store, _time, _reports.Add);
        _disk.Fate = _ => LocalCommitFate.Fails;
        writer.Write([Put("first", "x")], null);
        await Waiting.UntilAsync(() => _reports.Count == 1);
        for (var i = 0; i < 1_000; i++) writer.Write([Put("row", $"{i}")], null);
        _disk.Fate = _ => LocalCommitFate.Succeeds;
        var flushed = writer.FlushAsync();

        await Waiting.UntilAsync(() => flushed.IsCompleted, _time);

        Assert.Equal(2, _disk.Commits);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_tried_again_until_there_is_room()
    {
        await using var store = await _disk.OpenAsync(default);
        await using var writer = new LocalWriter(store, _time, _reports.Add);
        _disk.Fate = _ => LocalCommitFate.Fails;
        var isDone = false;
        writer.Write([Put("1", "edit")], () => isDone = true);
        await Waiting.UntilAsync(() => _reports.Count >= 3, _time);
        Assert.All(_reports, report => Assert.IsType<LocalStoreException>(report));
        Assert.False(isDone);

        _disk.Fate = _ => LocalCommitFate.Succeeds;
        await Waiting.UntilAsync(() => isDone, _time);

        Assert.Null(_reports[^1]);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Closing_writes_what_is_left()
    {
        await using var store = await _disk.OpenAsync(default);
        var writer = new LocalWriter(store, _time, _reports.Add);
        for (var i = 0; i < 50; i++) writer.Write([Put($"{i}", "x")], null);

        await writer.DisposeAsync();

        Assert.Equal(50, await CountAsync());
        Assert.Throws<ObjectDisposedException>(() => writer.Write([Put("late", "x")], null));
    }

    [Fact]
    public async Task Closing_while_the_disk_is_full_says_that_edits_are_not_written()
    {
        await using var store = await _disk.OpenAsync(default);
        var writer = new LocalWriter(store, _time, _reports.Add);
        _disk.Fate = _ => LocalCommitFate.Fails;
        writer.Write([Put("1", "edit")], null);
        var flushed = writer.FlushAsync();

        await Assert.ThrowsAsync<LocalStoreException>(async () => await writer.DisposeAsync());

        await Assert.ThrowsAsync<LocalStoreException>(() => flushed);
    }

    private static LocalWrite Put(string name, string value) => new(new LocalKey(LocalKind.Pending, "todo", name), Encoding.UTF8.GetBytes(value));

    private async Task<int> CountAsync()
    {
        await using var left = await _disk.Copy().OpenAsync(default);
        return await left.ReadAsync(LocalKind.Pending, "todo", default).CountAsync();
    }
}
