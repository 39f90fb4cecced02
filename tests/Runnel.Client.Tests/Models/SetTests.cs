using System.Collections.Specialized;

namespace Runnel.Client.Tests.Models;

public class SetTests
{
    private readonly Owner _owner = new();

    [Fact]
    public void Adding_and_removing_says_the_element()
    {
        var article = _owner.Load<Article>("""{"tags":["b"]}""");

        Assert.True(article.Tags.Add("a"));
        Assert.False(article.Tags.Add("a"));
        Assert.True(article.Tags.Remove("b"));
        Assert.False(article.Tags.Remove("b"));
        article.Labels.Add(Label.Rose);
        article.Prices.Add(1.10m);
        Assert.False(article.Prices.Add(1.1m));

        Assert.Equal(["tags {\"$add\":[\"a\"]}", "tags {\"$remove\":[\"b\"]}", "labels {\"$add\":[\"Pink\"]}", "prices {\"$add\":[1.1]}"], _owner.Written);
        Assert.Equal(["a"], article.Tags);
    }

    [Fact]
    public void A_change_of_many_elements_is_one_edit()
    {
        var article = _owner.Load<Article>("""{"tags":["a","b","c"]}""");
        var tags = (SyncedSet<string>)article.Tags;

        tags.UnionWith(["c", "d", "e", "d"]);
        tags.ExceptWith(["a", "x"]);
        tags.IntersectWith(["b", "c", "y"]);
        tags.SymmetricExceptWith(["c", "z"]);
        tags.SetTo(["b", "q"]);
        tags.SetTo(["q", "b"]);
        tags.UnionWith(tags);
        tags.Clear();
        tags.Clear();

        Assert.Equal(
            [
                "tags {\"$add\":[\"d\",\"e\"]}", "tags {\"$remove\":[\"a\"]}", "tags {\"$remove\":[\"d\",\"e\"]}",
                "tags {\"$add\":[\"z\"],\"$remove\":[\"c\"]}", "tags {\"$add\":[\"q\"],\"$remove\":[\"z\"]}", "tags {\"$remove\":[\"b\",\"q\"]}",
            ],
            _owner.Written);
        Assert.Empty(tags);
    }

    [Fact]
    public void A_set_reads_sorted_by_the_bytes_of_its_JSON()
    {
        var article = new Article { Tags = { "b", "a\"", "ß", "a", "🎈", "\uFFFD" }, Prices = { 10, 9, -1 } };

        Assert.Equal(["a", "a\"", "b", "ß", "\uFFFD", "🎈"], article.Tags);
        Assert.Equal([-1, 10, 9], article.Prices);
        Assert.Equal("""{"likes":0,"prices":[-1,10,9],"stars":0,"tags":["a","a\"","b","ß","� ","🎈"],"title":"","views":0}""".Replace("� ", "\uFFFD", StringComparison.Ordinal), _owner.Insert(article).ToString());
    }

    [Fact]
    public void Questions_are_answered_as_sets_do()
    {
        ISet<string> tags = new Article { Tags = { "a", "b" } }.Tags;

        Assert.True(tags.Contains("a") && !tags.Contains("c"));
        Assert.True(tags.IsSubsetOf(["a", "b", "c"]) && tags.IsProperSubsetOf(["a", "b", "c"]) && !tags.IsProperSubsetOf(["a", "b"]));
        Assert.True(tags.IsSupersetOf(["a"]) && tags.IsProperSupersetOf(["a"]) && !tags.IsProperSupersetOf(["a", "b"]));
        Assert.True(tags.Overlaps(["b", "x"]) && !tags.Overlaps(["x"]));
        Assert.True(tags.SetEquals(["b", "a", "a"]) && !tags.SetEquals(["a"]));
        Assert.False(tags.IsReadOnly);
        var copy = new string[3];
        tags.CopyTo(copy, 1);
        Assert.Equal([null, "a", "b"], copy);
        Assert.Throws<ArgumentNullException>(() => tags.Add(null!));
    }

    [Fact]
    public void The_object_the_set_and_its_count_tell_of_a_change()
    {
        var article = _owner.Load<Article>("{}");
        var properties = article.Watch();
        var tags = (SyncedSet<string>)article.Tags;
        var counts = tags.Watch();
        var actions = new List<NotifyCollectionChangedAction>();
        tags.CollectionChanged += (_, change) => actions.Add(change.Action);

        tags.Add("a");
        tags.Add("a");
        Assert.True(_owner.Apply(article, "tags", """["a","b"]"""));
        Assert.False(_owner.Apply(article, "tags", """["a","b"]"""));
        Assert.True(_owner.Apply(article, "tags", null));

        Assert.Equal(["Tags", "Tags", "Tags"], properties);
        Assert.Equal(["Count", "Count", "Count"], counts);
        Assert.Equal(Enumerable.Repeat(NotifyCollectionChangedAction.Reset, 3), actions);
        Assert.Same(tags, article.Tags);
        Assert.Empty(tags);
    }

    [Fact]
    public void Elements_that_cannot_be_read_stay_unseen_and_untouched()
    {
        var article = _owner.Load<Article>("""{"labels":["Red","Purple",null,{"a":1}],"tags":"none"}""");
        Assert.Equal([Label.Red], article.Labels);
        Assert.Empty(article.Tags);

        article.Labels.Clear();
        article.Labels.Add(Label.Orange);
        Assert.Equal(["labels {\"$remove\":[\"Red\"]}", "labels {\"$add\":[\"Orange\"]}"], _owner.Written);

        _owner.Remove(article);
        Assert.Equal(
            """{"labels":["Orange","Purple",null,{"a":1}],"likes":0,"stars":0,"tags":"none","title":"","views":0}""", _owner.Insert(article).ToString());
    }

    [Fact]
    public void An_enumeration_sees_the_set_as_it_stood()
    {
        var article = new Article { Tags = { "a", "b", "c" } };

        foreach (var tag in article.Tags) article.Tags.Remove(tag);

        Assert.Empty(article.Tags);
    }

    [Fact]
    public async Task Threads_may_change_a_set_at_once()
    {
        var article = _owner.Load<Article>("{}");

        await Concurrently.RunAsync(Enumerable.Range(0, 4).Select(thread => (Action)(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                article.Tags.Add($"{thread}-{i}");
                if (i % 2 == 0) article.Tags.Remove($"{thread}-{i}");
            }
        })));

        Assert.Equal(4 * 50, article.Tags.Count);
        Assert.Equal(4 * 150, _owner.Written.Count);
    }
}
