namespace Runnel.Client.Tests.Models;

public class KeyTests
{
    private static readonly Guid Id = new("0190e5a0-7d4c-7abc-8def-0123456789ab");

    private readonly Owner _owner = new();

    [Fact]
    public void A_chosen_id_becomes_the_key()
    {
        var article = new Article { Id = Id };
        var note = new Note { Name = "shopping/today" };

        _owner.Insert(article);
        var fields = _owner.Insert(note);

        Assert.Equal("article/0190e5a0-7d4c-7abc-8def-0123456789ab", article.Key()!.Value.ToString());
        Assert.Equal("note/shopping/today", note.Key()!.Value.ToString());
        Assert.Equal("""{"class":""}""", fields.ToString());
    }

    [Fact]
    public void An_id_that_was_given_shows_and_is_told()
    {
        var note = new Note();
        var changes = note.Watch();
        Assert.Null(note.Name);

        _owner.Insert(note);

        Assert.Equal("id1", note.Name);
        Assert.Equal(["Name"], changes);
    }

    [Fact]
    public void An_id_that_is_no_UUID_reads_as_empty()
    {
        var article = new Article();
        _owner.Insert(article);

        Assert.Equal(Guid.Empty, article.Id);
    }

    [Fact]
    public void The_id_of_an_inserted_object_stays()
    {
        var article = new Article { Id = Id };
        _owner.Insert(article);

        article.Id = Id;
        var exception = Assert.Throws<InvalidOperationException>(() => article.Id = Guid.AllBitsSet);

        Assert.Equal($"article/{Id} is in a collection; its id cannot become '{Guid.AllBitsSet}'.", exception.Message);
        _owner.Remove(article);
        Assert.Equal(Id, article.Id);
        article.Id = Guid.Empty;
        Assert.Equal(Guid.Empty, article.Id);
    }

    [Fact]
    public void An_id_that_the_protocol_does_not_take_is_refused_at_once() =>
        Assert.Throws<FormatException>(() => new Note { Name = "a\nb" });
}
