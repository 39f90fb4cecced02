using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client.Tests.Replica;

using Coalesce = Func<StreamSettings, Runnel.Records.Record?, IReadOnlyList<Coalescing.PendingEvent>, Coalescing.PendingEvent, Coalescing.Coalesced>;

/// <summary>
/// One history, played by devices that coalesce in one way or another: who edits what, who is shown what and who sends when is drawn from
/// the seed alone, so what remains in the end must be the same.
/// </summary>
internal static class CoalescingWorld
{
    public static readonly Coalesce Never = (_, _, _, edit) => new Coalescing.Coalesced.Append(edit.Event.Event);

    /// <summary>What apps see in the end, as a hash; in words, who sees something else than the stream says.</summary>
    public static string Play(int seed, Coalesce coalesce, out int events)
    {
        var random = new Random(seed);
        var home = new TestHome();
        home.Create(Settings(random));
        home.Publish("zero", Edits.Insert("a"), Edits.Insert("b"));
        var devices = Enumerable.Range(0, 3).Select(i => new Device(home, $"device-{i}", make: (loaded, identity) => new StreamReplica(TestHome.Stream, identity.Id, loaded, IdSource.System) { Coalesce = coalesce })).ToList();
        devices.ForEach(device => device.Sync());
        for (var step = 0; step < 30; step++) Step(random, home, devices[random.Next(devices.Count)], step);
        for (var i = 0; i < 2; i++) devices.ForEach(device => device.Sync());
        events = home.Stored.Count;
        var lost = devices.Find(device => device.Replica.Confirmed.MergeHash() != home.State.MergeHash());
        return lost is null ? home.State.Hash() : $"{lost.Id} has lost its way: {lost.Notes.LastOrDefault()}";
    }

    private static void Step(Random random, TestHome home, Device device, int step)
    {
        var (id, field) = (random.Next(2) == 0 ? "a" : "b", random.Next(2) == 0 ? "title" : "note");
        switch (random.Next(10))
        {
            case 0: device.Insert(id, $"{step}"); break;
            case 1: device.Delete(id); break;
            case 2 or 3: device.Edit(EventOp.Update, id, Edits.Inc("count", random.Next(1, 4))); break;
            case 4: device.Sync(); break;
            case 5: See(home, device); break;
            default: device.Set(id, $"{step}", field); break;
        }
        if (random.Next(3) > 0) device.Disconnect();
    }

    /// <summary>The device is shown what is new, and sends nothing.</summary>
    private static void See(TestHome home, Device device)
    {
        device.Disconnect();
        var news = home.Stored.Where(stored => stored.Seq > device.Replica.Head && stored.Client != device.Id).ToList();
        // Only up to its own first: what is its own comes with the server's word that it is.
        news = [.. news.TakeWhile((stored, i) => stored.Seq.Value == device.Replica.Head.Value + i + 1)];
        if (news.Count > 0) device.Take(new ServerMessage.Events(TestHome.Stream, news[0].Seq, news[^1].Seq, news));
    }

    private static StreamSettings Settings(Random random)
    {
        var (order, onDelete) = (random.Next(2) == 0 ? "causal" : "total", random.Next(2) == 0 ? "deleteWins" : "updateWins");
        Assert.True(CanonicalJson.TryParse(System.Text.Encoding.UTF8.GetBytes($$"""{"order":"{{order}}","collections":{"task":{"onConcurrentDelete":"{{onDelete}}" } } }"""), out var settings, out _));
        return StreamSettings.Parse(settings);
    }
}
