namespace Runnel.Tests;

public class NameTests
{
    private const string PathSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:~-";
    private const string MemberSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    private const string MemberStart = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

    [Fact]
    public void Stream_names_are_1_to_200_of_their_characters() => AssertNames(StreamName.TryParse, StreamName.Parse, PathSafe, PathSafe, 200);

    [Fact]
    public void Client_ids_are_1_to_64_of_their_characters() => AssertNames(ClientId.TryParse, ClientId.Parse, PathSafe, PathSafe, 64);

    [Fact]
    public void Collection_names_are_1_to_64_of_their_characters() => AssertNames(CollectionName.TryParse, CollectionName.Parse, MemberStart, MemberSafe, 64);

    [Fact]
    public void Field_names_are_1_to_64_of_their_characters() => AssertNames(FieldName.TryParse, FieldName.Parse, MemberStart, MemberSafe, 64);

    [Fact]
    public void What_a_url_would_fold_away_is_no_name()
    {
        Assert.All([".", ".."], dots => Assert.False(StreamName.TryParse(dots, out _) || ClientId.TryParse(dots, out _)));
        Assert.All(["...", ".a", "a."], dots => Assert.True(StreamName.TryParse(dots, out _) && ClientId.TryParse(dots, out _)));
    }

    [Fact]
    public void Object_ids_are_1_to_128_characters_of_any_language()
    {
        Assert.All(["x", "0190a7c8-1f2e-7abc-8def-0123456789ab", "mü/..", " ", "日本語", "\U0001F600", "\u2028", new string('x', 128)],
            text => Assert.Equal(text, ObjectId.Parse(text).Value));
        Assert.All([null, "", new string('x', 129), "a\nb", "\0", "\u007f", "\u0085", "\ud83d", "\ude00", "\ude00\ud83d", "x\ud83d"],
            text => Assert.False(ObjectId.TryParse(text, out _), $"\"{text}\""));
    }

    [Fact]
    public void A_default_name_is_empty_and_equals_only_itself()
    {
        Assert.Equal("", default(StreamName).Value);
        Assert.Equal("", default(ObjectId).ToString());
        Assert.NotEqual(default, ClientId.Parse("a"));
        Assert.True(default(ClientId) < ClientId.Parse("a"));
    }

    [Fact]
    public void What_is_no_name_is_quoted_in_the_message()
    {
        var exception = Assert.Throws<FormatException>(() => StreamName.Parse("todo/home"));
        Assert.Contains("'todo/home'", exception.Message, StringComparison.Ordinal);
    }

    private delegate bool TryParse<TName>(string? text, out TName name);

    private static void AssertNames<TName>(TryParse<TName> tryParse, Func<string, TName> parse, string starts, string characters, int longest)
        where TName : struct
    {
        for (var code = 0; code <= char.MaxValue; code++)
        {
            var character = (char)code;
            Assert.Equal(starts.Contains(character, StringComparison.Ordinal), tryParse(character + "x", out _));
            Assert.Equal(characters.Contains(character, StringComparison.Ordinal), tryParse("x" + character, out _));
        }
        Assert.True(tryParse(new string('x', longest), out var name));
        Assert.Equal(name, parse(new string('x', longest)));
        Assert.Equal(name.GetHashCode(), parse(new string('x', longest)).GetHashCode());
        Assert.All([null, "", new string('x', longest + 1)], text => Assert.False(tryParse(text, out _)));
    }
}
