using CsCheck;

namespace Runnel.Tests;

public class SeqSetTests
{
    private const int Universe = 40;

    private static readonly Gen<SeqRange> AnyRange =
        Gen.Select(Gen.Long[1, Universe], Gen.Long[0, 6]).Select((from, more) => new SeqRange(new Seq(from), new Seq(Math.Min(from + more, Universe))));

    private static readonly Gen<SeqRange[]> AnyRanges = AnyRange.Array[0, 12];

    [Fact]
    public void What_is_missing_between_received_runs_is_found_by_arithmetic()
    {
        var held = new SeqSet([Range(1, 9), Range(15, 19)]);

        Assert.Equal([Range(10, 14)], held.Missing(Range(1, 19)));
        Assert.Equal(new Seq(9), held.PrefixEnd);
        Assert.Equal(14, held.Count);
    }

    [Fact]
    public void Missing_equals_the_naive_set_difference() => Gen.Select(AnyRanges, AnyRange).Sample((ranges, within) =>
    {
        var naive = Seqs([within]).Except(Seqs(ranges));

        Assert.Equal(naive.Order(), Seqs(new SeqSet(ranges).Missing(within)));
    }, iter: Randomized.Runs(4_000));

    [Fact]
    public void A_set_holds_what_was_added_however_it_was_added() => AnyRanges.Sample(ranges =>
    {
        var set = new SeqSet();
        var naive = new SortedSet<long>();
        foreach (var range in ranges)
        {
            var before = naive.Count;
            naive.UnionWith(Seqs([range]));
            Assert.Equal(naive.Count > before, set.Add(range));
        }

        Assert.Equal(naive, Seqs(set.Ranges));
        Assert.Equal(naive.Count, set.Count);
        Assert.Equal(naive.ToArray(), Enumerable.Range(1, Universe + 1).Select(seq => (long)seq).Where(seq => set.Contains(new Seq(seq))));
        Assert.Equal(naive.TakeWhile((seq, index) => seq == index + 1).LastOrDefault(), set.PrefixEnd.Value);
    }, iter: Randomized.Runs(4_000));

    [Fact]
    public void A_set_is_kept_as_the_fewest_ranges_in_order() => AnyRanges.Sample(ranges =>
    {
        var kept = new SeqSet(ranges).Ranges;

        Assert.All(kept.Zip(kept.Skip(1)), pair => Assert.True(pair.First.To.Value + 1 < pair.Second.From.Value, $"{pair} touch"));
    }, iter: Randomized.Runs(2_000));

    [Fact]
    public void The_written_form_reads_back_as_the_same_set() => AnyRanges.Where(ranges => ranges.Length > 0).Sample(ranges =>
    {
        var set = new SeqSet(ranges);

        Assert.True(SeqSet.TryParse(set.ToString(), out var read, out _));
        Assert.Equal(set.Ranges, read.Ranges);
    }, iter: Randomized.Runs(2_000));

    [Theory]
    [InlineData("11-15,20", "11-15,20")]
    [InlineData("20,11-15", "11-15,20")]
    [InlineData("3-5,1-2,5-7", "1-7")]
    [InlineData("9-9", "9")]
    public void Ranges_are_read_in_any_order(string text, string canonical)
    {
        Assert.True(SeqSet.TryParse(text, out var set, out _));
        Assert.Equal(canonical, set.ToString());
    }

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("0", "\"0\"")]
    [InlineData("-3", "\"-3\"")]
    [InlineData("3-", "\"3-\"")]
    [InlineData("5-3", "\"5-3\"")]
    [InlineData("1-2-3", "\"1-2-3\"")]
    [InlineData("1,,2", "\"\"")]
    [InlineData("1, 2", "\" 2\"")]
    [InlineData("+1", "\"+1\"")]
    [InlineData("1.5", "\"1.5\"")]
    [InlineData("9223372036854775808", "\"9223372036854775808\"")]
    [InlineData("٣", "\"٣\"")]
    public void What_is_no_range_is_named(string text, string named)
    {
        Assert.False(SeqSet.TryParse(text, out var set, out var error));
        Assert.Null(set);
        Assert.StartsWith(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void More_ranges_than_the_limit_are_refused()
    {
        var most = string.Join(',', Enumerable.Range(1, SeqSet.MaxParsedRanges).Select(i => 2 * i));

        Assert.True(SeqSet.TryParse(most, out var set, out _));
        Assert.Equal(SeqSet.MaxParsedRanges, set.Ranges.Count);
        Assert.False(SeqSet.TryParse(most + ",1", out _, out var error));
        Assert.Contains("1000", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Huge_ranges_are_never_spelled_out()
    {
        var last = new Seq(long.MaxValue);
        var set = new SeqSet([new SeqRange(Seq.First, new Seq(10)), new SeqRange(new Seq(12), last)]);

        Assert.Equal(long.MaxValue - 1, set.Count);
        Assert.Equal([Range(11, 11)], set.Missing(new SeqRange(Seq.First, last)));
        Assert.True(set.Add(new Seq(11)));
        Assert.Equal(last, set.PrefixEnd);
        Assert.Empty(set.Missing(new SeqRange(Seq.First, last)));
    }

    [Fact]
    public void An_empty_set_lacks_everything()
    {
        var empty = new SeqSet();

        Assert.Equal([Range(1, 5)], empty.Missing(Range(1, 5)));
        Assert.Equal(Seq.None, empty.PrefixEnd);
        Assert.Equal("", empty.ToString());
        Assert.False(empty.Contains(Seq.None));
    }

    private static SeqRange Range(long from, long to) => new(new Seq(from), new Seq(to));

    private static IEnumerable<long> Seqs(IEnumerable<SeqRange> ranges) =>
        ranges.SelectMany(range => Enumerable.Range(0, (int)range.Count).Select(i => range.From.Value + i));
}
