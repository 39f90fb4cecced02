using CsCheck;
using Runnel.Records;
using Runnel.Server.Sqlite.Journal;
using Runnel.Server.Stores;
using Runnel.Tests;

namespace Runnel.Server.Sqlite.Tests.Journal;

public sealed class StreamIndexTests
{
    [Fact]
    public void A_million_blocks_of_a_hot_stream_take_less_than_50_bytes_each()
    {
        const int Blocks = 1_000_000;
        var stream = NewStream();
        var entry = new AppendEntry(0, 0) { Block = new EntryBlock(1, 0, 160, 1) };
        stream.Take(entry, 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var commit = 1; commit <= Blocks; commit++) stream.Take(entry, commit);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated / (double)Blocks, 1, 50);
        Assert.Equal(new Seq(Blocks + 1), stream.Head);
    }

    [Fact]
    public void A_list_finds_what_a_search_from_the_front_finds() => Gen.Long[1, 5].Array[0, 3_000].Sample(
        steps =>
        {
            var list = new GrowingList<BlockPosition>();
            var begins = new List<long>();
            foreach (var step in steps)
            {
                begins.Add(begins.LastOrDefault() + step);
                list.Add(new BlockPosition(begins[^1], 0, 0, 0, 0, 0));
            }
            Assert.Equal(begins.Count, list.Count);
            for (var i = 0; i < begins.Count; i += 1 + begins.Count / 50) Assert.Equal(begins[i], list[i].FirstSeq);
            for (var place = 0L; place < begins.LastOrDefault() + 2; place += 1 + begins.Count / 50) Assert.Equal(begins.FindLastIndex(begin => begin <= place), list.FindLast(place));
        },
        iter: Randomized.Runs(100));

    [Fact]
    public void Blocks_are_handed_out_up_to_the_head_within_the_bytes_but_one_at_least()
    {
        var stream = NewStream();
        for (var commit = 1; commit <= 10; commit++) stream.Take(new AppendEntry(0, 0) { Block = new EntryBlock(3, 0, 100, 1) }, commit);

        Assert.Equal([1, 2, 3], stream.BlocksAfter(0, 30, 300).Select(block => block.Commit));
        Assert.Equal([1], stream.BlocksAfter(2, 30, 1).Select(block => block.Commit));
        Assert.Equal([2, 3], stream.BlocksAfter(3, 9, 10_000).Select(block => block.Commit));
        Assert.Equal([10], stream.BlocksAfter(29, 30, 10_000).Select(block => block.Commit));
        Assert.Empty(stream.BlocksAfter(30, 30, 10_000));
        Assert.Empty(stream.BlocksAfter(99, 30, 10_000));
    }

    private static StreamIndex NewStream() => new(0, new NewStream(StreamName.Parse("hot"), "id", DateTimeOffset.UnixEpoch), StreamSettings.Default);
}
