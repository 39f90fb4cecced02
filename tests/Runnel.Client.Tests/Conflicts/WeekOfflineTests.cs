using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;
using Runnel.Records;

namespace Runnel.Client.Tests.Conflicts;

/// <summary>The case that users ask about: one device was offline for a week, and the others went on.</summary>
public class WeekOfflineTests
{
    [Fact]
    public async Task Under_deleteWins_an_update_made_a_week_offline_loses_to_a_newer_delete_and_can_be_restored_with_the_whole_object()
    {
        await using var week = await Week.BeginAsync(StreamSettings.Default);
        week.OfTraveller.Title = "Oat milk";
        week.AtHome.Remove(week.OfHome);
        await week.EndAsync();

        Assert.Empty(week.AtHome);
        var conflict = Assert.Single(week.OnTheWay.Conflicts);
        Assert.Equal("title: a delete over \"Oat milk\", because Delete", conflict.ToString());
        Assert.Single(week.AtHome.Conflicts);

        await conflict.RestoreAsync();
        await week.EndAsync();

        var back = Assert.Single(week.AtHome);
        Assert.Equal(("Oat milk", Label.Pink), (back.Title, back.Label));
        Assert.Empty(week.OnTheWay.Conflicts);
    }

    [Fact]
    public async Task Under_updateWins_an_update_made_a_week_offline_loses_to_a_newer_delete_and_can_be_restored_too()
    {
        await using var week = await Week.BeginAsync(Rules.UpdateWins);
        week.OfTraveller.Title = "Oat milk";
        await week.HomeGoesOnAsync();
        week.AtHome.Remove(week.OfHome);
        await week.EndAsync();

        // The traveller's stamp is of a week ago: the delete's author had seen more, and is later.
        Assert.Equal(["Bread"], week.AtHome.Select(task => task.Title));
        Assert.Equal(["Bread"], week.OnTheWay.Select(task => task.Title));
        await Assert.Single(week.OnTheWay.Conflicts).RestoreAsync();
        await week.EndAsync();

        var back = Assert.Single(week.AtHome, task => task.Title == "Oat milk");
        Assert.Equal(Label.Pink, back.Label);
    }

    [Fact]
    public async Task Under_updateWins_a_delete_made_a_week_offline_loses_to_a_newer_update_and_can_be_restored()
    {
        await using var week = await Week.BeginAsync(Rules.UpdateWins);
        week.OnTheWay.Remove(week.OfTraveller);
        await week.HomeGoesOnAsync();
        week.OfHome.Title = "Oat milk";
        await week.EndAsync();

        Assert.Contains(week.OnTheWay, task => task.Title == "Oat milk");
        var conflict = Assert.Single(week.OnTheWay.Conflicts);
        Assert.Null(conflict.Field);

        await conflict.RestoreAsync();
        await week.EndAsync();

        Assert.DoesNotContain(week.AtHome, task => task.Title == "Oat milk");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Under_both_settings_an_update_made_a_week_offline_loses_to_a_newer_value_and_can_be_restored(bool updateWins)
    {
        await using var week = await Week.BeginAsync(updateWins ? Rules.UpdateWins : StreamSettings.Default);
        week.OfTraveller.Title = "Oat milk";
        await week.HomeGoesOnAsync();
        week.OfHome.Title = "Soy milk";
        await week.EndAsync();

        Assert.Equal(("Soy milk", "Soy milk"), (week.OfTraveller.Title, week.OfHome.Title));
        foreach (var tasks in new[] { week.OnTheWay, week.AtHome })
        {
            var listed = Assert.Single(tasks.Conflicts);
            Assert.Equal("title: \"Soy milk\" over \"Oat milk\", because LaterWrite", $"{listed.Field}: {listed.Winner} over {listed.Lost}, because {listed.Rule}");
            Assert.Equal(week.Traveller.Client.Id, listed.Lost.Event.Stamp.Client);
        }

        await Assert.Single(week.OnTheWay.Conflicts).RestoreAsync();
        await week.EndAsync();

        Assert.Equal(("Oat milk", "Oat milk"), (week.OfTraveller.Title, week.OfHome.Title));
        Assert.Single(week.AtHome.Conflicts);
    }

    /// <summary>Two devices that shared a task, one of which has left the network.</summary>
    private sealed class Week(Device home, Device traveller) : IAsyncDisposable
    {
        public Device Traveller => traveller;

        public SyncedCollection<TodoTask> AtHome { get; } = home.Collection<TodoTask>();

        public SyncedCollection<TodoTask> OnTheWay { get; } = traveller.Collection<TodoTask>();

        public TodoTask OfHome { get; private set; } = null!;

        public TodoTask OfTraveller { get; private set; } = null!;

        public static async Task<Week> BeginAsync(StreamSettings settings)
        {
            var server = new SmallServer(settings);
            var week = new Week(await Device.OpenAsync(server, 1), await Device.OpenAsync(server, 2));
            week.OfHome = week.AtHome.Insert(new() { Title = "Milk", Label = Label.Pink });
            await week.EndAsync();
            week.OfTraveller = Assert.Single(week.OnTheWay);
            await week.Traveller.CutAsync();
            return week;
        }

        /// <summary>Others write meanwhile, so that who is at home has seen more.</summary>
        public async Task HomeGoesOnAsync()
        {
            AtHome.Insert(new() { Title = "Bread" });
            await home.SyncAsync();
        }

        /// <summary>Home says what it has to say, then the traveller comes back.</summary>
        public async Task EndAsync()
        {
            await home.SyncAsync();
            await Device.SyncAllAsync(home, traveller);
        }

        public async ValueTask DisposeAsync()
        {
            await home.DisposeAsync();
            await traveller.DisposeAsync();
        }
    }
}
