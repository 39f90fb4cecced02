namespace Runnel.Client.Tests.Models;

public class NestedTests
{
    private readonly Owner _owner = new();

    [Fact]
    public void What_is_changed_in_place_changes_nothing()
    {
        var notes = new List<string> { "fresh" };
        var line = new Line { Article = "Milk", Notes = notes };
        var model = new Everything { Lines = [line], Numbers = [1], Bytes = [1] };

        line.Article = "Bread";
        notes.Add("stale");
        model.Lines.Clear();
        model.Lines[0].Notes.Clear();
        model.Numbers.Add(2);
        model.Bytes[0] = 2;

        var read = Assert.Single(model.Lines);
        Assert.Equal(("Milk", "fresh", 1, 1), (read.Article, Assert.Single(read.Notes), Assert.Single(model.Numbers), Assert.Single(model.Bytes)));
    }

    [Fact]
    public void What_cannot_be_changed_in_place_is_shared()
    {
        var model = _owner.Load<Everything>("""{"names":["a"],"address":{"street":"Elm"}}""");

        Assert.Same(model.Names, model.Names);
        Assert.Same(model.Address, model.Address);
        Assert.Throws<NotSupportedException>(() => ((IList<string>)model.Names)[0] = "b");
    }

    [Fact]
    public void Members_that_are_missing_or_unreadable_read_as_their_defaults()
    {
        var model = _owner.Load<Everything>("""{"address":{"number":"five","colour":"Purple","zip":"1000"},"percent":{},"maybePoint":{"y":"7"}}""");

        Assert.Equal(new Address("", 0), model.Address);
        Assert.Equal(0, model.Percent?.Value);
        Assert.Equal((0, 7), (model.MaybePoint?.X, model.MaybePoint?.Y));
    }

    [Fact]
    public void An_edit_keeps_the_members_that_it_does_not_know_or_cannot_read()
    {
        var model = _owner.Load<Everything>("""{"address":{"street":"Elm","number":5,"colour":"Purple","zip":"1000","country":{"iso":"PT","phone":351}}}""");

        model.Address = model.Address! with { Street = "Oak" };
        model.Address = model.Address with { Colour = Label.Red, Country = new Country("ES") };
        model.Address = model.Address with { Country = null };
        model.Address = null;

        Assert.Equal(
            [
                """address {"colour":"Purple","country":{"iso":"PT","phone":351},"number":5,"street":"Oak","zip":"1000"}""",
                """address {"colour":"Red","country":{"iso":"ES","phone":351},"number":5,"street":"Oak","zip":"1000"}""",
                """address {"colour":"Red","number":5,"street":"Oak","zip":"1000"}""",
                "address null",
            ],
            _owner.Written);
    }

    [Fact]
    public void A_constructor_that_refuses_makes_the_value_unreadable()
    {
        var model = _owner.Load<Everything>("""{"percent":{"value":50}}""");
        var changes = model.Watch();

        _owner.Apply(model, "percent", """{"value":200}""");

        Assert.Null(model.Percent);
        Assert.Equal(["Percent"], changes);
    }
}
