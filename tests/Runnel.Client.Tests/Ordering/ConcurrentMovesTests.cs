using CsCheck;
using Runnel.Client.Tests.Devices;
using Runnel.Tests;

namespace Runnel.Client.Tests.Ordering;

public class ConcurrentMovesTests
{
    private const int Devices = 3;

    /// <summary>Which device does what (insert, remove, move, go online) with which objects.</summary>
    private static readonly Gen<(int Device, int Action, int Object, int Before)> Step =
        Gen.Select(Gen.Int[0, Devices - 1], Gen.Int[0, 9], Gen.Int[0, 100], Gen.Int[0, 100]);

    [Fact]
    public async Task Concurrent_moves_lose_nothing_double_nothing_and_end_in_one_order() =>
        await Step.List[5, 40].SampleAsync(async steps =>
        {
            var server = new SmallServer();
            var devices = await Device.OpenManyAsync(server, Devices);
            var (inserted, removed) = (new HashSet<string>(), new HashSet<string>());
            foreach (var (number, action, what, before) in steps)
            {
                var chores = devices[number].Collection<Chore>();
                if (action < 3) Assert.True(inserted.Add(MoveTests.Add(chores, $"<{inserted.Count}>").Name));
                else if (action == 9) await devices[number].VisitAsync();
                else if (chores.Count > 0) MoveOrRemove(chores, action, what, before, removed);
            }
            await Device.SyncAllAsync(devices);
            await Device.SyncAllAsync(devices);

            var orders = devices.Select(device => MoveTests.Read(device.Collection<Chore>())).ToList();
            Assert.All(orders, order => Assert.Equal(orders[0], order));
            Assert.Equal(inserted.Except(removed).Order(), devices[0].Collection<Chore>().Select(chore => chore.Name).Order());
            foreach (var device in devices) await device.DisposeAsync();
        }, iter: Randomized.Runs(40), threads: 1);

    private static void MoveOrRemove(SyncedCollection<Chore> chores, int action, int what, int before, HashSet<string> removed)
    {
        var ordered = chores.OrderBy(chore => chore.Place).ToList();
        var moved = ordered[what % ordered.Count];
        var next = ordered.ElementAtOrDefault(before % (ordered.Count + 1));
        if (action == 8)
        {
            removed.Add(moved.Name);
            chores.Remove(moved);
            return;
        }
        chores.Move(moved, next);
        var after = chores.OrderBy(chore => chore.Place).ToList();
        ordered.Remove(moved);
        ordered.Insert(next is null ? ordered.Count : next == moved ? what % (ordered.Count + 1) : ordered.IndexOf(next), moved);
        Assert.Equal(ordered, after);
    }
}
