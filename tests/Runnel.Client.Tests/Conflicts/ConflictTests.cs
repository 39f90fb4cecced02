using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Conflicts;

public class ConflictTests
{
    [Fact]
    public async Task A_conflict_that_is_dismissed_stays_away_after_a_restart()
    {
        var (server, store) = (new SmallServer(), new MemoryStore());
        await using var other = await Device.OpenAsync(server, 2);
        await using (var device = await Device.OpenAsync(server, 1, store))
        {
            await CollideAsync(device, other);
            var told = 0;
            device.Stream.ConflictsChanged += (_, _) => Interlocked.Increment(ref told);
            await Assert.Single(device.Collection<TodoTask>().Conflicts).DismissAsync();
            await Device.UntilAsync(() => Volatile.Read(ref told) == 1);
        }

        await using var again = await Device.OpenAsync(server, 1, store);

        Assert.Empty(again.Collection<TodoTask>().Conflicts);
    }

    [Fact]
    public async Task A_conflict_that_nobody_looked_at_is_there_after_a_restart()
    {
        var (server, store) = (new SmallServer(), new MemoryStore());
        await using var other = await Device.OpenAsync(server, 2);
        await using (var device = await Device.OpenAsync(server, 1, store)) await CollideAsync(device, other);

        await using var again = await Device.OpenAsync(server, 1, store);
        await Assert.Single(again.Collection<TodoTask>().Conflicts).RestoreAsync();

        Assert.Equal("mine", Assert.Single(again.Collection<TodoTask>()).Title);
    }

    [Fact]
    public async Task Explain_tells_who_wrote_each_field_and_what_that_beat()
    {
        var server = new SmallServer();
        await using var device = await Device.OpenAsync(server, 1);
        await using var other = await Device.OpenAsync(server, 2);
        await CollideAsync(device, other);
        var task = Assert.Single(device.Collection<TodoTask>());
        await device.CutAsync();
        task.Completed = true;

        var lines = task.Explain().Select(explanation => explanation.ToString().Replace("…", "", StringComparison.Ordinal));

        var (mine, theirs) = (device.Client.Id.Value[..8], other.Client.Id.Value[..8]);
        Assert.Equal(
            [$"completed = true, by a pending event of {mine}", $"label = \"None\", by event 1 of {mine}", $"title = \"theirs\", by event 2 of {theirs}; over \"mine\" of event 3"],
            lines);
        Assert.Empty(new TodoTask().Explain());
    }

    [Fact]
    public async Task Siblings_can_be_read_and_are_settled_by_setting_the_property()
    {
        var server = new SmallServer(Rules.KeepTitles);
        await using var device = await Device.OpenAsync(server, 1);
        await using var other = await Device.OpenAsync(server, 2);
        await CollideAsync(device, other);
        var (tasks, there) = (device.Collection<TodoTask>(), other.Collection<TodoTask>());
        var (task, its) = (Assert.Single(tasks), Assert.Single(there));

        Assert.Equal(["mine", "theirs"], tasks.SiblingsOf(task, t => t.Title));
        Assert.Equal(["mine", "theirs"], there.SiblingsOf(its, t => t.Title));
        Assert.Equal(("theirs", "theirs"), (task.Title, its.Title));
        Assert.Empty(tasks.Conflicts);
        task.Title = "theirs";
        await Device.SyncAllAsync(device, other);

        Assert.Equal(["theirs"], there.SiblingsOf(its, t => t.Title));
        Assert.Equal([false], there.SiblingsOf(its, t => t.Completed));
    }

    [Fact]
    public async Task A_property_that_merges_by_itself_has_no_siblings()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var articles = device.Collection<Article>();
        var article = articles.Insert(new());

        Assert.Throws<ArgumentException>(() => articles.SiblingsOf(article, a => a.Likes));
        Assert.Throws<ArgumentException>(() => articles.SiblingsOf(article, a => a.Title.Length));
        Assert.Throws<ArgumentException>(() => articles.OnConflict(a => a.IsSelected, (mine, _, _) => mine));
    }

    [Fact]
    public async Task A_counter_or_a_set_in_a_field_that_keeps_all_values_is_refused_with_the_reason()
    {
        var settings = Runnel.Records.StreamSettings.Parse(CanonicalJson.Parse("""{"collections":{"article":{"fields":{"likes":"keepAll"}}}}"""));
        await using var device = await Device.OpenAsync(new SmallServer(settings));

        var refusal = Assert.Throws<InvalidOperationException>(() => device.Collection<Article>());

        Assert.Equal(
            "Article.Likes is a [Counter], but the stream todo:home keeps all concurrent values of article.likes, where only plain values have a meaning: "
            + "drop the attribute, or the rule keepAll of that field.", refusal.Message);
    }

    /// <summary>Two devices write one title on the same sight: "theirs", of the client id that sorts last, arrives first and stands.</summary>
    internal static async Task CollideAsync(Device device, Device other)
    {
        device.Collection<TodoTask>().Insert(new() { Title = "first" });
        await Device.SyncAllAsync(device, other);
        await device.CutAsync();
        device.Collection<TodoTask>().Single().Title = "mine";
        other.Collection<TodoTask>().Single().Title = "theirs";
        await other.SyncAsync();
        await Device.SyncAllAsync(device, other);
    }
}
