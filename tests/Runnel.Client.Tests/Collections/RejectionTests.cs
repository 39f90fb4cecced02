using System.Collections.Concurrent;
using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Collections;

public class RejectionTests
{
    [Fact]
    public async Task A_rejection_says_what_was_refused_and_why_and_can_be_taken_along()
    {
        await using var device = await OpenAsync(new SmallServer());
        var milk = device.Collection<TodoTask>().Insert(new() { Title = "curse" });
        var id = milk.Key()!.Value.Id;
        await device.SyncAsync();

        var rejection = Assert.Single(device.Stream.Rejections);

        Assert.Equal(("forbidden", "Mind your language.", id), (rejection.Code, rejection.Reason, Assert.Single(rejection.Keys).Id));
        Assert.Equal(
            "{\"code\":\"forbidden\",\"events\":[{\"collection\":\"todoTask\",\"fields\":{\"completed\":false,\"label\":\"None\",\"title\":\"curse\"},"
            + $"\"id\":\"{id}\",\"op\":\"insert\",\"precedingSeq\":0}}],\"reason\":\"Mind your language.\",\"stream\":\"todo:home\"}}", rejection.Export());
    }

    [Fact]
    public async Task A_rejection_is_kept_over_a_restart_and_can_be_tried_again()
    {
        var (server, store) = (new SmallServer(), new MemoryStore());
        await using (var device = await OpenAsync(server, store))
        {
            device.Collection<TodoTask>().Insert(new() { Title = "curse" });
            await device.SyncAsync();
        }

        await using var again = await Device.OpenAsync(server, store: store);
        server.Refuses = _ => null;
        await Assert.Single(again.Stream.Rejections).RetryAsync();
        await again.SyncAsync();

        Assert.Equal("curse", Assert.Single(again.Collection<TodoTask>()).Title);
        Assert.Empty(again.Stream.Rejections);
        Assert.Single(server.Events);
    }

    [Fact]
    public async Task A_rejected_edit_can_be_made_otherwise()
    {
        await using var device = await OpenAsync(new SmallServer());
        device.Collection<TodoTask>().Insert(new() { Title = "curse" });
        await device.SyncAsync();
        var polite = EventFields.Create([new FieldChange(FieldName.Parse("title"), Delta.Set(CanonicalJson.FromString("please")))]);

        await Assert.Single(device.Stream.Rejections).EditAsync(edit => edit with { Fields = polite });
        await device.SyncAsync();

        Assert.Equal("please", Assert.Single(device.Collection<TodoTask>()).Title);
    }

    [Fact]
    public async Task A_batch_is_rejected_and_tried_again_as_one()
    {
        var server = new SmallServer();
        await using var device = await OpenAsync(server);
        var heard = new ConcurrentQueue<int>();
        device.Stream.Rejected += (_, _) => heard.Enqueue(device.Stream.Rejections.Count);
        device.Stream.Batch(() =>
        {
            device.Collection<TodoTask>().Insert(new() { Title = "nice" });
            device.Collection<TodoTask>().Insert(new() { Title = "curse" });
        });
        await device.SyncAsync();

        var rejection = Assert.Single(device.Stream.Rejections);
        Assert.Equal(2, rejection.Edits.Count);
        await Device.UntilAsync(() => !heard.IsEmpty);
        server.Refuses = _ => null;
        await rejection.RetryAsync();
        await device.SyncAsync();

        Assert.Equal([2], server.Batches);
    }

    private static Task<Device> OpenAsync(SmallServer server, MemoryStore? store = null)
    {
        server.Refuses = draft => draft.Fields.Wire.ToString().Contains("curse", StringComparison.Ordinal) ? "Mind your language." : null;
        return Device.OpenAsync(server, store: store);
    }
}
