namespace Runnel.Client.Tests.Models;

public class CounterTests
{
    private const long Limit = 1L << 53;

    private readonly Owner _owner = new();

    [Fact]
    public void A_setter_sends_the_difference()
    {
        var article = _owner.Load<Article>("""{"likes":5}""");

        article.Likes++;
        article.Likes -= 3;
        article.Likes = article.Likes;
        article.IncrementLikes();
        article.IncrementLikes(-2);
        article.IncrementLikes(0);

        Assert.Equal(["likes {\"$inc\":1}", "likes {\"$inc\":-3}", "likes {\"$inc\":1}", "likes {\"$inc\":-2}"], _owner.Written);
        Assert.Equal(2, article.Likes);
    }

    [Fact]
    public void A_new_object_says_its_counts_as_values()
    {
        var article = new Article { Likes = 3 };
        article.IncrementLikes(4);

        Assert.Contains("\"likes\":7", _owner.Insert(article).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Increments_of_many_threads_all_count()
    {
        const int threads = 4, increments = 500;
        var article = _owner.Load<Article>("{}");

        await Concurrently.RunAsync(Enumerable.Range(0, threads).Select(_ => (Action)(() =>
        {
            for (var i = 0; i < increments; i++) article.IncrementLikes();
        })));

        Assert.Equal(threads * increments, article.Likes);
        Assert.Equal(threads * increments, _owner.Written.Count);
    }

    [Fact]
    public async Task The_differences_that_threads_set_add_up_to_what_is_read()
    {
        var article = _owner.Load<Article>("{}");

        await Concurrently.RunAsync(Enumerable.Range(0, 4).Select(_ => (Action)(() =>
        {
            for (var i = 0; i < 500; i++) article.Likes++;
        })));

        var sum = _owner.Written.Sum(written => long.Parse(written["likes {\"$inc\":".Length..^1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(sum, article.Likes);
    }

    [Fact]
    public void A_counter_stays_in_its_type_and_below_what_a_double_counts()
    {
        var article = _owner.Load<Article>("""{"likes":2147483647,"stars":255,"views":9007199254740991}""");

        Assert.Throws<ArgumentOutOfRangeException>(() => article.IncrementLikes());
        Assert.Throws<ArgumentOutOfRangeException>(() => article.IncrementStars());
        Assert.Throws<ArgumentOutOfRangeException>(() => article.IncrementStars(-256));
        Assert.Throws<ArgumentOutOfRangeException>(() => article.IncrementLikes(long.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => article.View());
        Assert.Throws<ArgumentOutOfRangeException>(() => article.SetViews(-Limit + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => article.SetViews(long.MaxValue));
        Assert.Empty(_owner.Written);

        article.SetViews(0);
        article.SetViews(-Limit + 1);
        Assert.Equal(["views {\"$inc\":-9007199254740991}", "views {\"$inc\":-9007199254740991}"], _owner.Written);
    }

    [Theory]
    [InlineData("300", 255)]
    [InlineData("-4", 0)]
    [InlineData("1e+300", 0)]
    [InlineData("\"many\"", 0)]
    [InlineData("1.5", 0)]
    public void A_sum_that_the_type_cannot_hold_reads_as_the_nearest(string json, byte expected)
    {
        var article = _owner.Load<Article>($"{{\"stars\":{json}}}");
        Assert.Equal(expected, article.Stars);

        _owner.Remove(article);
        Assert.Contains($"\"stars\":{json}", _owner.Insert(article).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_remote_count_is_told()
    {
        var article = _owner.Load<Article>("{}");
        var changes = article.Watch();

        Assert.True(_owner.Apply(article, "likes", "7"));
        Assert.False(_owner.Apply(article, "likes", "7"));
        article.Likes++;

        Assert.Equal(["Likes", "Likes"], changes);
        Assert.Equal(8, article.Likes);
    }
}
