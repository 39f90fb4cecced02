using Runnel.Client.Models;

namespace Runnel.Client.Tests.Models;

public class ThreadTests
{
    private const int Rounds = 20_000;

    [Fact]
    public async Task A_wide_value_is_never_read_half_written()
    {
        var model = new Everything();
        Wide[] values = [Wide.Of(0), Wide.Of(1)];
        values[0].Set(model);

        var writing = Concurrently.RunAsync(() =>
        {
            for (var i = 0; i < Rounds; i++) values[i % 2].Set(model);
        });
        var halves = 0;
        while (!writing.IsCompleted)
        {
            var (money, id, instant, number) = (model.Decimal, model.Guid, model.MaybeInstant, model.MaybeInt64);
            var isWhole = values.Any(value => value.Money == money) && values.Any(value => value.Id == id)
                && values.Any(value => value.Instant.Equals(instant)) && values.Any(value => value.Number == number);
            if (!isWhole) halves++;
        }
        await writing;

        Assert.Equal(0, halves);
    }

    [Fact]
    public void Reading_a_wide_value_waits_for_a_store_and_reading_a_narrow_one_does_not()
    {
        var model = new Everything { Text = "a", Int32 = 1, Label = Label.Red };
        Action[] wide =
        [
            () => _ = model.Int64, () => _ = model.Double, () => _ = model.Decimal, () => _ = model.Guid, () => _ = model.Instant, () => _ = model.Vast,
            () => _ = model.MaybeFlag,
        ];

        Thread[] threads;
        lock (((ISynced)model).State)
        {
            threads = [.. wide.Select(Concurrently.StartUntilItWaits)];
            var narrow = new Thread(() => _ = (model.Text, model.Int32, model.Label, model.Names)) { IsBackground = true };
            narrow.Start();
            Assert.True(narrow.Join(TimeSpan.FromMinutes(1)));
            Assert.All(threads, thread => Assert.True(thread.IsAlive));
        }

        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public void A_setter_that_an_insert_overtakes_becomes_an_edit()
    {
        var owner = new Owner();
        var task = new TodoTask();
        EventFields fields;
        Thread setting;

        lock (((ISynced)task).State)
        {
            setting = Concurrently.StartUntilItWaits(() => task.Title = "Milk");
            fields = owner.Insert(task);
        }
        Assert.True(setting.Join(TimeSpan.FromMinutes(1)));

        Assert.Contains("\"title\":\"\"", fields.ToString(), StringComparison.Ordinal);
        Assert.Equal(["title \"Milk\""], owner.Written);
    }

    [Fact]
    public void A_setter_that_a_removal_overtakes_is_no_edit()
    {
        var owner = new Owner();
        var task = owner.Load<TodoTask>("{}");
        Thread? setting = null;

        owner.WhileGateIsHeld(() =>
        {
            setting = Concurrently.StartUntilItWaits(() => task.Title = "Milk");
            owner.Remove(task);
        });
        Assert.True(setting!.Join(TimeSpan.FromMinutes(1)));

        Assert.Empty(owner.Written);
        Assert.Equal("Milk", task.Title);
    }

    [Fact]
    public async Task A_remote_value_and_an_edit_do_not_come_between_each_other()
    {
        var owner = new Owner();
        var model = owner.Load<Everything>("{}");

        await Concurrently.RunAsync(
            () =>
            {
                for (var i = 1; i <= 2_000; i++) owner.Apply(model, "int64", $"{i * 2}");
            },
            () =>
            {
                for (var i = 1; i <= 2_000; i++) model.Int64 = i * 2 - 1;
            });

        Assert.True(owner.Written.Count is > 0 and <= 2_000);
        Assert.Contains(model.Int64, new[] { 3_999L, 4_000L });
    }

    [Fact]
    public async Task What_is_set_while_an_object_is_inserted_is_in_the_insert_or_an_edit()
    {
        for (var round = 0; round < 300; round++)
        {
            var owner = new Owner();
            var task = new TodoTask();
            using var start = new Barrier(2);

            var setting = Concurrently.RunAsync(() =>
            {
                start.SignalAndWait();
                task.Title = "Milk";
            });
            start.SignalAndWait();
            var fields = owner.Insert(task);
            await setting;

            var inInsert = fields.ToString().Contains("Milk", StringComparison.Ordinal);
            Assert.Equal(inInsert ? [] : ["title \"Milk\""], owner.Written);
            Assert.Equal("Milk", task.Title);
        }
    }

    [Fact]
    public async Task Listeners_may_come_and_go_meanwhile()
    {
        var task = new TodoTask();

        await Concurrently.RunAsync(
            () =>
            {
                for (var i = 0; i < Rounds; i++) task.Completed = !task.Completed;
            },
            () =>
            {
                for (var i = 0; i < Rounds; i++)
                {
                    task.PropertyChanged += Ignore;
                    task.PropertyChanged -= Ignore;
                }
            });

        var changes = task.Watch();
        task.Title = "Milk";
        Assert.Equal(["Title"], changes);

        static void Ignore(object? sender, System.ComponentModel.PropertyChangedEventArgs change)
        {
        }
    }

    private sealed record Wide(decimal Money, Guid Id, DateTimeOffset? Instant, long? Number)
    {
        public static Wide Of(int which) => which == 0
            ? new Wide(decimal.MinValue, Guid.Empty, null, null)
            : new Wide(1_234_567_890_123_456_789_012_345.678m, Guid.AllBitsSet, new DateTimeOffset(2026, 1, 31, 1, 2, 3, TimeSpan.FromHours(9)), -1);

        public void Set(Everything model)
        {
            model.Decimal = Money;
            model.Guid = Id;
            model.MaybeInstant = Instant;
            model.MaybeInt64 = Number;
        }
    }
}
