namespace Runnel.Tests;

public class SeqTests
{
    [Fact]
    public void A_seq_is_never_negative() => Assert.Throws<ArgumentOutOfRangeException>(() => new Seq(-1));

    [Fact]
    public void Seqs_do_not_run_over()
    {
        Assert.Throws<OverflowException>(() => new Seq(long.MaxValue).Next);
        Assert.Throws<OverflowException>(() => new Seq(long.MaxValue) + 1);
    }

    [Fact]
    public void None_comes_before_the_first()
    {
        Assert.True(Seq.None < Seq.First && Seq.None.IsNone && !Seq.First.IsNone);
        Assert.Equal(Seq.First, Seq.None.Next);
        Assert.Equal(-5, Seq.None - new Seq(5));
        Assert.Equal(new Seq(7), Seq.Max(new Seq(7), new Seq(6)));
        Assert.Equal(new Seq(6), Seq.Min(new Seq(7), new Seq(6)));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 4)]
    public void A_range_is_not_empty_and_begins_at_the_first_event_or_later(long from, long to) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeqRange(new Seq(from), new Seq(to)));

    [Fact]
    public void A_range_includes_both_ends()
    {
        var range = new SeqRange(new Seq(11), new Seq(15));

        Assert.Equal(5, range.Count);
        Assert.Equal([false, true, true, false], new long[] { 10, 11, 15, 16 }.Select(seq => range.Contains(new Seq(seq))));
        Assert.Equal("11-15", range.ToString());
        Assert.Equal("20", new SeqRange(new Seq(20), new Seq(20)).ToString());
    }
}
