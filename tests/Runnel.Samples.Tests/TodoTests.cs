namespace Runnel.Samples.Tests;

public class TodoTests
{
    [Fact]
    public async Task Two_devices_show_one_list()
    {
        await using var server = await TodoServer.StartAsync();
        string[] expected = ["[ ] Twelve eggs", "[ ] Milk (Pink)", "[x] Bread", "= Online"];

        Assert.Equal(expected, await server.RunAsync(
            "phone", "insert Milk", "insert Bread", "insert Eggs", "done 2", "colour 1 pink", "edit 3 Twelve eggs", "move 3 1", "synced", "show"));
        Assert.Equal(expected, await server.RunAsync("laptop", "synced", "show", "remove 1", "open 2", "synced"));

        Assert.Equal(["[ ] Milk (Pink)", "[ ] Bread", "= Online"], await server.RunAsync("phone", "synced", "show"));
    }

    [Fact]
    public async Task A_device_goes_on_offline_and_conflicts_are_shown_and_restored()
    {
        await using var server = await TodoServer.StartAsync();
        await server.RunAsync("phone", "insert Milk", "synced");
        await server.RunAsync("laptop", "synced");

        Assert.Equal(
            ["[ ] Oat milk (Green)", "= Switched off, 1 pending"],
            await server.RunAsync("phone", "offline", "edit 1 Oat milk", "colour 1 green", "show"));
        await server.RunAsync("laptop", "synced", "insert Eggs", "synced", "edit 1 Soy milk", "synced");

        Assert.Equal(
            ["[ ] Soy milk (Green)", "[ ] Eggs", "! title: \"Soy milk\" over \"Oat milk\", because LaterWrite", "= Online"],
            await server.RunAsync("phone", "synced", "show"));
        Assert.Equal(["[ ] Oat milk (Green)", "[ ] Eggs", "= Online"], await server.RunAsync("phone", "restore 1", "synced", "show"));
        Assert.Equal("[ ] Oat milk (Green)", (await server.RunAsync("laptop", "synced", "show"))[0]);
    }

    [Fact]
    public async Task A_wrong_command_is_told_and_the_list_goes_on()
    {
        await using var server = await TodoServer.StartAsync();

        var shown = await server.RunAsync("phone", "offline", "dance", "done 7", "insert Milk", "show");

        Assert.Equal(["? dance: that is no command", "? done 7: there is no number '7'", "[ ] Milk", "= Switched off, 1 pending"], shown);
    }

    [Fact]
    public async Task On_a_terminal_keys_insert_complete_colour_edit_move_and_remove()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "There is no program 'script' to make a terminal.");
        await using var server = await TodoServer.StartAsync();
        await server.RunAsync("phone", "insert Milk", "insert Bread", "synced");
        await using (var list = TodoTerminal.Start(server.Url, server.FileOf("phone")))
        {
            await list.SeesAsync("> +Milk +Acknowledged");
            await list.TypeAsync(" ");
            await list.SeesAsync("> done Milk +Acknowledged");
            await list.TypeAsync("n");
            await list.SeesAsync("New task: _");
            await list.TypeAsync("Tea\r");
            await list.SeesAsync("Tea +Acknowledged");
            await list.TypeAsync("j");
            await list.SeesAsync("Bread +Acknowledged[^>]+> done Milk");
            await list.TypeAsync("e");
            await list.SeesAsync("Title: Milk_");
            await list.TypeAsync("!\r");
            await list.SeesAsync("Milk! +Acknowledged");
            await list.TypeAsync("o");
            await list.SeesAsync("Switched off");
            await list.TypeAsync("c");
            await list.SeesAsync("Milk! +Pending");
            await list.TypeAsync("o");
            await list.SeesAsync("Online[^!]+Milk! +Acknowledged");
            await list.TypeAsync("q");
            Assert.Equal(0, await list.EndAsync());
        }

        Assert.Equal(["[ ] Bread", "[x] Milk! (Red)", "[ ] Tea", "= Online"], await server.RunAsync("laptop", "synced", "show"));
    }
}
