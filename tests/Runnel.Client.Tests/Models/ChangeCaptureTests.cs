namespace Runnel.Client.Tests.Models;

public class ChangeCaptureTests
{
    private readonly Owner _owner = new();

    [Fact]
    public void A_detached_object_is_plain()
    {
        var task = new TodoTask { Title = "Milk" };
        var changes = task.Watch();

        task.Completed = true;

        Assert.Equal("Milk", task.Title);
        Assert.Equal(["Completed"], changes);
        Assert.Null(task.Key());
    }

    [Fact]
    public void An_insert_says_the_whole_object_and_a_setter_its_field()
    {
        var task = new TodoTask { Title = "Milk" };

        var fields = _owner.Insert(task);
        task.Completed = true;

        Assert.Equal("""{"completed":false,"label":"None","title":"Milk"}""", fields.ToString());
        Assert.Equal(["completed true"], _owner.Written);
        Assert.Equal(new ObjectKey(CollectionName.Parse("todoTask"), ObjectId.Parse("id1")), task.Key());
    }

    [Fact]
    public void Setting_what_is_read_already_is_no_edit()
    {
        var task = _owner.Load<TodoTask>("""{"title":"Milk"}""");
        var changes = task.Watch();

        task.Title = "Milk";
        task.Completed = false;

        Assert.Empty(_owner.Written);
        Assert.Empty(changes);
    }

    [Fact]
    public void Setting_what_is_read_settles_concurrent_values()
    {
        var task = _owner.Load<TodoTask>("""{"title":"Milk"}""");
        var changes = task.Watch();
        _owner.WithSiblings.Add("title");

        task.Title = "Milk";

        Assert.Equal(["title \"Milk\""], _owner.Written);
        Assert.Empty(changes);
    }

    [Fact]
    public void A_whole_value_is_compared_as_a_value()
    {
        var model = _owner.Load<Everything>("""{"names":["a"],"address":{"street":"Elm","number":5}}""");

        model.Names = ["a"];
        model.Address = new Address("Elm", 5);
        Assert.Empty(_owner.Written);

        _owner.WithSiblings.Add("names");
        model.Names = ["a"];
        model.Names = ["a", "b"];
        Assert.Equal(["names [\"a\"]", "names [\"a\",\"b\"]"], _owner.Written);
    }

    [Fact]
    public void The_offset_of_a_time_counts_as_part_of_it()
    {
        var model = _owner.Load<Everything>("{}");
        var noon = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

        model.Instant = noon;
        model.Instant = noon.ToOffset(TimeSpan.FromHours(1));
        model.MaybeInstant = noon;
        model.MaybeInstant = noon.ToOffset(TimeSpan.FromHours(1));
        model.Moment = new DateTime(2026, 1, 31);
        model.Moment = new DateTime(2026, 1, 31, 0, 0, 0, DateTimeKind.Utc);
        model.Link = new Uri("https://example.org/#one");
        model.Link = new Uri("https://example.org/#two");

        Assert.Equal(8, _owner.Written.Count);
    }

    [Fact]
    public void An_edit_that_cannot_be_written_was_never_made()
    {
        var task = _owner.Load<TodoTask>("""{"title":"Milk"}""");
        var article = _owner.Load<Article>("""{"likes":5,"tags":["a"]}""");
        var model = _owner.Load<Everything>("""{"names":["a"]}""");
        var changes = task.Watch();
        _owner.Failure = new InvalidOperationException("closed");

        Assert.Throws<InvalidOperationException>(() => task.Title = "Bread");
        Assert.Throws<InvalidOperationException>(() => article.Likes = 6);
        Assert.Throws<InvalidOperationException>(() => article.Tags.Add("b"));
        Assert.Throws<InvalidOperationException>(() => model.Names = []);

        Assert.Equal(("Milk", 5, "a", "a"), (task.Title, article.Likes, string.Concat(article.Tags), string.Concat(model.Names)));
        Assert.Empty(changes);
    }

    [Fact]
    public void A_removed_object_keeps_its_values_and_says_nothing()
    {
        var task = _owner.Load<TodoTask>("""{"title":"Milk"}""");

        _owner.Remove(task);
        task.Title = "Bread";

        Assert.Equal("Bread", task.Title);
        Assert.Null(task.Key());
        Assert.Empty(_owner.Written);
        Assert.Equal("""{"completed":false,"label":"None","title":"Bread"}""", _owner.Insert(task).ToString());
        Assert.Equal("id1", task.Key()!.Value.Id.Value);
    }

    [Fact]
    public void An_object_has_one_owner()
    {
        var task = new TodoTask();
        _owner.Insert(task);

        var exception = Assert.Throws<InvalidOperationException>(() => new Owner().Insert(task));
        Assert.Equal("The object is in a collection already, as todoTask/id1.", exception.Message);
    }

    [Fact]
    public void A_value_that_looks_like_a_delta_is_wrapped()
    {
        var model = _owner.Load<Everything>("""{"address":{"street":"Elm","$inc":5}}""");

        model.Address = new Address("Oak", 0);

        Assert.Equal(["""address {"$set":{"$inc":5,"colour":"None","number":0,"street":"Oak"}}"""], _owner.Written);
    }

    [Fact]
    public void Null_for_what_cannot_be_null_is_refused()
    {
        var model = new Everything();

        Assert.Throws<ArgumentNullException>(() => model.Text = null!);
        Assert.Throws<ArgumentNullException>(() => model.Names = null!);
        Assert.Throws<ArgumentNullException>(() => model.Bytes = null!);
        model.Ids = default;
        Assert.Empty(model.Ids);
    }
}
