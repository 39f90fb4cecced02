namespace Runnel.Client.Generators.Tests;

public class GeneratedCodeTests
{
    [Fact]
    public void A_small_model() => AssertGolden("App.TodoTask.Synced.g.cs", """
        namespace App;

        public enum Label { None, Red, Pink }

        [Synced]
        public partial class TodoTask
        {
            public partial string Title { get; set; }
            public partial bool Completed { get; set; }
            public partial Label Label { get; set; }
        }
        """);

    [Fact]
    public void A_model_with_a_key_counters_sets_and_old_names() => AssertGolden("App.Blog.Article.Synced.g.cs", """
        namespace App.Blog;

        [Flags] public enum Days : byte { None, Monday, Tuesday }

        [Synced("post")]
        internal sealed partial class Article
        {
            [Key] public partial Guid Id { get; init; }
            [Counter] public partial int Likes { get; set; }
            [Counter] public partial long Views { get; private set; }
            [SetOf] public partial ISet<string> Tags { get; }
            [SetOf] internal partial SyncedSet<DateOnly> Days { get; }
            [WasNamed("headline"), WasNamed("heading")] public partial string Title { get; set; }
            [Field("body-text")] public partial string? Body { get; private set; }
            public partial DateTimeOffset? Published { get; set; }
            public partial Days OpenOn { get; set; }
            public partial decimal @decimal { get; set; }
        }
        """);

    [Fact]
    public void A_model_with_lists_and_nested_objects() => AssertGolden("Order.Synced.g.cs", """
        public record Country([property: Field("iso")] string Code);

        public sealed record Address(string Street, int Number)
        {
            public Country? Country { get; init; }
            public string Line => $"{Street} {Number}";
        }

        public class Item
        {
            public string Article { get; set; } = "";
            public decimal Price { get; set; }
            [NotSynced] public int Row { get; set; }
        }

        [Synced]
        public partial class Order
        {
            [Key] public partial string? Number { get; set; }
            public partial Address? Home { get; set; }
            public partial IReadOnlyList<Item> Items { get; set; }
            public partial ImmutableArray<int?> Counts { get; set; }
            public partial byte[] Photo { get; set; }
        }
        """);

    [Fact]
    public void Members_of_any_dress_compile() => AssertClean("""
        internal partial class @class
        {
            private @class() { }
            public static @class Make() => new() { Title = "a" };
            public partial string Title { get; set; }
            internal partial int @int { get; private set; }
            private partial long Hidden { get; set; }
            public virtual partial float Virtual { get; set; }
        }
        """);

    [Fact]
    public void Types_without_nullability_may_be_null() => AssertClean("""
        public partial class Task
        {
        #nullable disable
            public partial string Title { get; set; }
            public partial List<string> Lines { get; set; }
            public partial Uri Link { get; set; }
        #nullable restore
        }
        """, "RUN0025");

    [Fact]
    public void Types_of_one_name_in_several_namespaces_are_told_apart() => AssertClean("""
        public partial class Task
        {
            public partial One.Size? A { get; set; }
            public partial Two.Size? B { get; set; }
        }
        namespace One { public record Size(int Width); }
        namespace Two { public record Size(int Width, One.Size? Inner); }
        """);

    [Fact]
    public void Obsolete_types_and_documented_members_raise_no_warning() => AssertClean("""
        public partial class Task
        {
        #pragma warning disable CS0618
            /// <summary>An old one.</summary>
            [Obsolete("Old.")] public partial Old Old { get; set; }
        }
        [Obsolete("Old.")] public enum Old { None }
        """);

    [Fact]
    public void A_required_member_of_a_nested_object_is_set() => AssertClean("""
        public partial class Task
        {
            public partial Size? Size { get; set; }
        }
        public record Size { public required int Width { get; init; } }
        """);

    private static void AssertClean(string source, params string[] expected)
    {
        var generation = Generation.Of("[Synced] " + source);

        Assert.Equal(expected, generation.Problems.Select(problem => problem.Id).Distinct());
        Assert.Empty(generation.Complaints);
        Assert.Single(generation.Files);
    }

    private static void AssertGolden(string file, string source, params string[] expected)
    {
        var generation = Generation.Of(source);

        Assert.Equal(expected, generation.Problems.Select(problem => problem.Id).Distinct());
        Assert.Empty(generation.Complaints);
        Assert.Equal([file], generation.Files.Keys);
        GoldenFile.AssertEqual($"{file.Split('.')[^4]}.g.cs", generation.Files[file]);
    }
}
