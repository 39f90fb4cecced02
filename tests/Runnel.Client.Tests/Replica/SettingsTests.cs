using Runnel.Client.Replica;
using Runnel.Records;

namespace Runnel.Client.Tests.Replica;

/// <summary>Settings: the stream's own count, whoever made it; those that an app asks for are tried once.</summary>
public sealed class SettingsTests
{
    private static readonly StreamSettings KeepTitles = StreamSettings.Parse(Json("""{"order":"causal","collections":{"task":{"fields":{"title":"keepAll"}}}}"""));
    private static readonly StreamSettings KeepNotes = StreamSettings.Parse(Json("""{"order":"causal","collections":{"task":{"fields":{"note":"keepAll"}}}}"""));

    private readonly TestHome _home = new();

    [Fact]
    public void A_stream_that_nobody_has_made_is_made_with_the_settings_of_the_app()
    {
        var ada = new Device(_home, "ada", settings: KeepTitles);
        ada.Insert("1");
        ada.Restart();   // before there ever was a server

        ada.Sync();

        Assert.Equal(KeepTitles, _home.Header!.Settings);
    }

    [Fact]
    public void Who_asks_for_nothing_takes_the_stream_as_it_is()
    {
        _home.Create(KeepTitles);
        var ada = new Device(_home, "ada");
        ada.Insert("1");

        ada.Sync();

        Assert.Equal(KeepTitles, ada.Replica.Settings);
        Assert.Null(ada.Replica.Trouble);
        Assert.Equal(_home.State.MergeHash(), ada.Replica.Confirmed.MergeHash());
    }

    [Fact]
    public void Settings_that_the_stream_cannot_take_are_said_and_those_of_the_stream_are_taken()
    {
        _home.Create(KeepTitles);
        _home.Publish("bob", Edits.Insert("1"));
        var ada = new Device(_home, "ada", settings: KeepNotes);
        Want(ada, KeepNotes);
        ada.Insert("2");

        ada.Sync();

        Assert.Equal(KeepTitles, ada.Replica.Settings);
        Assert.Contains("settings", ada.Replica.Trouble, StringComparison.Ordinal);
        Assert.Empty(ada.Outbox);
        ada.Restart();
        ada.Sync();
        Assert.Null(ada.Replica.Trouble);
    }

    [Fact]
    public void A_later_version_of_an_app_adds_a_rule()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        var bob = new Device(_home, "bob");
        bob.Sync();

        Want(ada, KeepTitles);
        ada.Sync();
        bob.Connect();
        bob.Sync();
        ada.Insert("1", "a");
        bob.Insert("1", "b");
        ada.Sync();
        bob.Sync();
        ada.Sync();

        Assert.Equal(KeepTitles, bob.Replica.Settings);
        Assert.Equal(2, ada.Replica.Confirmed.Visible().Single().Fields.ToString().Split("\"$siblings\"").Length);
        Assert.Equal(ada.Replica.Confirmed.MergeHash(), bob.Replica.Confirmed.MergeHash());
    }

    private static void Want(Device device, StreamSettings settings)
    {
        var outputs = new List<ReplicaOutput>();
        device.Replica.Want(settings, outputs);
        foreach (var send in outputs.OfType<ReplicaOutput.Send>()) device.Connection?.Say(send.Message);
    }

    private static CanonicalJson Json(string text) => CanonicalJson.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var json, out var error) ? json : throw new FormatException(error);
}
