using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Runnel.Tests;

namespace Runnel.Demo.Tests;

public class TodoTests(ITestOutputHelper output)
{
    private const int MostBytes = 250 * 1024;

    [Fact]
    public async Task Two_devices_that_disagreed_offline_are_equal_again_and_what_was_lost_comes_back()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var todo = await TodoPage.OpenAsync(demo.Address);
        var firstPaint = await todo.Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        output.WriteLine($"First paint after {firstPaint:F0} ms.");
        await todo.AddAsync("phone", "Milk");
        await todo.AddAsync("phone", "Bread");
        await todo.AddAsync("phone", "Water the tomatoes");
        await todo.Task("tablet", "Water the tomatoes").WaitForAsync();
        await todo.WaitUntilEqualAsync();

        await todo.PlugAsync("phone", "offline");
        await todo.PlugAsync("tablet", "offline");
        await todo.RenameAsync("phone", "Milk", "Oat milk");
        await todo.RenameAsync("tablet", "Milk", "Soy milk");
        await todo.RemoveAsync("tablet", "Bread");
        await todo.RenameAsync("phone", "Bread", "Rye bread");
        for (var i = 0; i < 21; i++) await todo.ToggleAsync("phone", "Water the tomatoes");
        Assert.Equal("3 to send", await todo.Page.GetByTestId("to-send-phone").InnerTextAsync());
        Assert.Equal("2 to send", await todo.Page.GetByTestId("to-send-tablet").InnerTextAsync());
        await todo.PictureAsync("offline");

        await todo.Page.ReloadAsync();
        await todo.Task("phone", "Rye bread").WaitForAsync();
        await todo.Task("tablet", "Soy milk").WaitForAsync();
        Assert.Equal("3 to send", await todo.Page.GetByTestId("to-send-phone").InnerTextAsync());
        Assert.Equal(3, await HeadAsync(demo));
        await todo.PlugAsync("phone", "live");
        await todo.PlugAsync("tablet", "live");
        var hash = await todo.WaitUntilEqualAsync();

        Assert.Equal(3 + 5, await HeadAsync(demo));   // 21 toggles are one event
        Assert.Equal(hash, (await StateHashAsync(demo))[..8]);
        Assert.True(await todo.Task("phone", "Water the tomatoes").GetByTestId("check").IsCheckedAsync());
        await todo.Page.GetByTestId("findings-head-phone").ClickAsync();
        await todo.Page.GetByTestId("findings-head-tablet").ClickAsync();
        var conflicts = todo.Page.GetByTestId("findings-phone").GetByTestId("conflict");
        Assert.Equal(2, await conflicts.CountAsync());
        await todo.PictureAsync("conflicts");

        var titles = conflicts.Filter(new() { HasText = "title won" });
        Assert.Contains("“Soy milk”", await titles.InnerTextAsync(), StringComparison.Ordinal);
        var lost = (await todo.TitlesAsync("phone")).Contains("Soy milk") ? "Oat milk" : "Soy milk";
        await titles.GetByTestId("restore").ClickAsync();
        await todo.Task("tablet", lost).WaitForAsync();
        await conflicts.Filter(new() { HasText = "deleted the task" }).GetByTestId("restore").ClickAsync();
        await todo.Task("tablet", "Rye bread").WaitForAsync();

        await todo.WaitUntilEqualAsync();
        Assert.Equal(await todo.TitlesAsync("phone"), await todo.TitlesAsync("tablet"));
    }

    [Fact]
    public async Task Reloaded_offline_without_a_server_the_page_comes_up_and_keeps_everything()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var todo = await TodoPage.OpenAsync(demo.Address);
        await todo.Page.WaitForFunctionAsync("() => document.documentElement.dataset.isKept === 'true'");
        await demo.StopAsync();
        await todo.WaitForStateAsync("phone", "away");
        await todo.AddAsync("phone", "Candles");
        await todo.Page.WaitForFunctionAsync("() => document.querySelector('[data-testid=to-send-phone]').textContent === '1 to send'");

        await todo.Page.ReloadAsync();

        await todo.Task("phone", "Candles").WaitForAsync();
        Assert.Equal("1 to send", await todo.Page.GetByTestId("to-send-phone").InnerTextAsync());

        await demo.RestartAsync();
        await todo.Task("tablet", "Candles").WaitForAsync();
        await todo.WaitUntilEqualAsync();
        Assert.Equal(1, await HeadAsync(demo));
    }

    [Fact]
    public async Task A_server_that_is_killed_while_somebody_types_loses_nothing()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var todo = await TodoPage.OpenAsync(demo.Address);
        const string text = "The quick brown fox jumps over the lazy dog";
        await todo.AddAsync("phone", "T");

        await todo.Task("phone", "T").GetByTestId("title").ClickAsync();
        var field = todo.Page.GetByTestId("task-phone").GetByTestId("title-field");
        await field.PressAsync("End");
        await field.PressSequentiallyAsync(text[1..16]);
        await todo.Page.EvaluateAsync("() => { fetch('/demo/kill', { method: 'POST' }).catch(() => null); }");
        await field.PressSequentiallyAsync(text[16..]);
        await field.PressAsync("Enter");
        await todo.AddAsync("tablet", "Typed on the tablet");

        await todo.Task("tablet", text).WaitForAsync();
        await todo.Task("phone", "Typed on the tablet").WaitForAsync();
        await todo.WaitUntilEqualAsync();
        var events = await EventsAsync(demo);
        Assert.Equal(2, events.Count(each => (string?)each!["op"] == "insert"));
    }

    [Fact]
    public async Task A_refused_edit_says_why_and_nothing_else_waits_for_it()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var todo = await TodoPage.OpenAsync(demo.Address);

        await todo.Page.GetByTestId("novel").ClickAsync();
        await todo.Page.GetByTestId("refused-phone").WaitForAsync();
        await todo.AddAsync("phone", "Milk");
        await todo.Task("tablet", "Milk").WaitForAsync();
        await todo.Page.GetByTestId("findings-head-phone").ClickAsync();
        Assert.Contains("at most 65536", await todo.Page.GetByTestId("rejection").InnerTextAsync(), StringComparison.Ordinal);

        await todo.Page.GetByTestId("shorten").ClickAsync();
        await todo.Page.GetByTestId("task-tablet").Filter(new() { HasText = "Call me Ishmael" }).WaitForAsync();
        await todo.WaitUntilEqualAsync();
        Assert.Equal(2, await HeadAsync(demo));
    }

    [Fact]
    public async Task Ten_thousand_tasks_are_scrolled_filtered_and_toggled_without_waiting()
    {
        await using var demo = await DemoServer.StartAsync();
        await SeedAsync(demo, 10_000);
        await using var todo = await TodoPage.OpenAsync(demo.Address);
        await todo.Page.WaitForFunctionAsync("() => document.querySelector('[data-testid=counter-tasks]').textContent === '10,000'");
        await todo.WaitUntilEqualAsync();

        var figures = JsonNode.Parse(await todo.Page.EvaluateAsync<string>(
            """
            async () => {
              const frame = () => new Promise(painted => requestAnimationFrame(() => setTimeout(painted)));
              const find = id => document.querySelector(`[data-testid="${id}"]`);
              const median = async (count, act) => {
                const all = [];
                for (let i = 0; i < count; i++) {
                  await frame();
                  const begun = performance.now();
                  act(i);
                  await frame();
                  all.push(performance.now() - begun);
                  await new Promise(next => setTimeout(next, 100));
                }
                return all.sort((a, b) => a - b)[count >> 1];
              };
              const filters = ["Open", "Done", "All"];
              const checks = () => document.querySelectorAll('[data-testid="task-phone"] [data-testid="check"]');
              return JSON.stringify({
                toggle: await median(15, i => checks()[i % 5].click()),
                filter: await median(15, i => find(`filter-${filters[i % 3]}-phone`).click()),
                scroll: await median(15, i => (find("rows-phone").scrollTop = (i * 7919) % 400000)),
              });
            }
            """))!;
        foreach (var (action, milliseconds) in figures.AsObject()) output.WriteLine($"10,000 tasks: {action} {(double)milliseconds!:F0} ms until the next frame is painted (median of 15).");
        await todo.PictureAsync("ten-thousand");

        // The goal is 50 ms; other processes take turns here, so only what is broken fails.
        Assert.All(figures.AsObject(), figure => Assert.InRange((double)figure.Value!, 0, 1_000));
        Assert.True(await todo.Page.GetByTestId("task-phone").CountAsync() < 200, "Only what is in sight is there.");
    }

    [Fact]
    public async Task Tasks_are_painted_and_sorted_by_keys_and_the_page_fits_a_telephone_in_the_dark()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var todo = await TodoPage.OpenAsync(demo.Address, ColorScheme.Dark, width: 390);
        foreach (var title in (string[])["Milk", "Bread", "Butter"]) await todo.AddAsync("phone", title);

        await todo.Task("phone", "Butter").GetByTestId("title").FocusAsync();
        await todo.Page.Keyboard.PressAsync("Alt+ArrowUp");
        await todo.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('[data-testid=task-tablet] [data-testid=title]')].map(title => title.textContent).join() === 'Milk,Butter,Bread'");
        await todo.Task("phone", "Milk").GetByTestId("colour").ClickAsync();
        await todo.Page.GetByLabel("Purple").ClickAsync();
        await todo.Page.Locator("[data-testid=task-tablet][data-colour=Purple]").WaitForAsync();
        await todo.WaitUntilEqualAsync();
        await todo.PictureAsync("telephone");

        Assert.True(await todo.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= 390"));
    }

    [Fact]
    public async Task Tasks_are_sorted_by_dragging_them()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var todo = await TodoPage.OpenAsync(demo.Address);
        foreach (var title in (string[])["Milk", "Bread", "Butter", "Jam"]) await todo.AddAsync("phone", title);
        await todo.WaitForOrderAsync("Milk", "Bread", "Butter", "Jam");

        await todo.DragAsync("phone", "Butter", onto: "Milk");
        await todo.WaitForOrderAsync("Butter", "Milk", "Bread", "Jam");
        await todo.DragAsync("tablet", "Butter", onto: "Jam");
        await todo.WaitForOrderAsync("Milk", "Bread", "Jam", "Butter");
        await todo.DragAsync("phone", "Bread", onto: "Jam");
        await todo.WaitForOrderAsync("Milk", "Jam", "Bread", "Butter");

        // Dropped beside the list, it stays where it was.
        await todo.Task("phone", "Milk").Locator(".grip").HoverAsync();
        await todo.Page.Mouse.DownAsync();
        await todo.Page.Mouse.MoveAsync(4, 4, new() { Steps = 8 });
        await todo.Page.Mouse.UpAsync();
        await todo.Page.WaitForFunctionAsync("() => !document.querySelector('.is-dragged, .is-over')");
        await todo.AddAsync("phone", "Salt");
        await todo.WaitForOrderAsync("Milk", "Jam", "Bread", "Butter", "Salt");
        await todo.WaitUntilEqualAsync();
    }

    [Fact]
    public async Task The_code_that_is_shown_is_the_code()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var todo = await TodoPage.OpenAsync(demo.Address, ColorScheme.Dark);
        await todo.AddAsync("tablet", "Read the code");
        await todo.Task("phone", "Read the code").WaitForAsync();

        await todo.Page.GetByTestId("show-code").ClickAsync();
        var shown = await todo.Page.GetByTestId("code").Locator("pre").InnerTextAsync();
        await todo.PictureAsync("code");

        foreach (var file in (string[])["TodoTask.cs", "TodoList.cs"])
        {
            Assert.Contains((await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "Todo.Web", file))).Trim(), shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_a_browser_loads_of_Runnel_is_small()
    {
        var page = Path.Combine(AppContext.BaseDirectory, "Demo", "todo");
        var files = Directory.EnumerateFiles(Path.Combine(page, "_framework"), "Runnel*.wasm").Concat(Directory.EnumerateFiles(Path.Combine(page, "_content"), "*.js", SearchOption.AllDirectories)).ToList();
        Assert.Contains(files, file => Path.GetFileName(file) == "Runnel.Client.Browser.wasm");

        var bytes = files.Sum(CompressedLength);

        output.WriteLine($"Runnel's own assemblies and script: {bytes:N0} bytes, compressed.");
        Assert.InRange(bytes, 1, MostBytes);
    }

    private static long CompressedLength(string file)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true)) brotli.Write(File.ReadAllBytes(file));
        return compressed.Length;
    }

    private static async Task SeedAsync(DemoServer demo, int count)
    {
        using var http = new HttpClient();
        foreach (var batch in Enumerable.Range(0, count).Chunk(1_000))
        {
            var events = batch.Select(i => (JsonNode)new JsonObject
            {
                ["op"] = "insert",
                ["collection"] = "task",
                ["id"] = $"t{i:D5}",
                ["fields"] = new JsonObject { ["title"] = $"Task {i}", ["completed"] = i % 3 == 0, ["colour"] = i % 5 == 0 ? "Blue" : "None", ["place"] = "" },
            });
            var body = new JsonObject { ["client"] = "seed", ["events"] = new JsonArray([.. events]) };
            (await http.PostAsync($"{demo.Address}/v1/streams/todo:home/events", new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        }
    }

    private static async Task<long> HeadAsync(DemoServer demo) => (long)(await ReadAsync(demo, "todo:home"))["head"]!;

    private static async Task<string> StateHashAsync(DemoServer demo) => (string)(await ReadAsync(demo, "todo:home/state"))["hash"]!;

    private static async Task<JsonArray> EventsAsync(DemoServer demo) => (await ReadAsync(demo, "todo:home/events?after=0"))["events"]!.AsArray();

    private static async Task<JsonNode> ReadAsync(DemoServer demo, string path)
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync($"{demo.Address}/v1/streams/{path}"))!;
    }
}
