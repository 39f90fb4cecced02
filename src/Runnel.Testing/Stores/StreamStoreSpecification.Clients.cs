namespace Runnel.Testing.Stores;

public abstract partial class StreamStoreSpecification
{
    [Fact]
    public async Task A_clients_numbers_lead_to_their_seqs_for_ever()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(2));
        await TakeAsync(todo, todo.Append([("bob", 3), ("ada", 1), ("bob", 1)]));
        await TakeAsync(todo, todo.Append(4, "cyd"));
        await TakeAsync(todo, todo.Append(2, "bob"));
        var bob = ClientId.Parse("bob");

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal([new Seq(3), new Seq(4), new Seq(5), new Seq(7), new Seq(12), new Seq(13)], await FindAsync(bob, 1, 100));
            Assert.Equal([new Seq(7), new Seq(12)], await FindAsync(bob, 4, 2));
            Assert.Equal([new Seq(13)], await FindAsync(bob, 6, 100));
            Assert.Empty(await FindAsync(bob, 7, 100));
            Assert.Empty(await FindAsync(bob, 1_000_000_000_000, 100));
            Assert.Empty(await FindAsync(bob, 1, 0));
            Assert.Empty(await FindAsync(ClientId.Parse("dan"), 1, 100));
            await todo.AssertHeldByAsync(Store, Cancellation);
            await ReopenAsync();
        }

        Task<IReadOnlyList<Seq>> FindAsync(ClientId client, long first, int count) => Store.FindAsync(todo.Name, client, first, count, Cancellation).AsTask();
    }

    [Fact]
    public async Task The_same_client_counts_in_each_stream_by_itself()
    {
        var (a, b) = (new SampleStream("a"), new SampleStream("b"));
        await TakeAsync(a, a.Create(3));
        await TakeAsync(b, b.Create(1));
        await CommitAsync(a.Take(a.Append(1)), b.Take(b.Append(2)));

        await a.AssertHeldByAsync(Store, Cancellation);
        await b.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task Sessions_nonces_and_preceding_seqs_are_kept_with_the_client()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(2));
        await TakeAsync(todo, todo.Append(1, "bob", session: 3, nonce: "a nonce \u00e4\U0001F600 of bob"));
        await TakeAsync(todo, todo.Append(1, "ada", session: 7));
        await TakeAsync(todo, todo.Append(1, "bob", nonce: ""));
        await TakeAsync(todo, todo.Append(1, "cyd", session: (1L << 53) - 1, nonce: "x"));

        await todo.AssertHeldByAsync(Store, Cancellation);
        await ReopenAsync();

        await todo.AssertHeldByAsync(Store, Cancellation);
        var state = await Store.LoadAsync(todo.Name, Cancellation);
        Assert.Equal(new ClientState(2, new Seq(4), 3, ""), state!.Clients[ClientId.Parse("bob")]);
        Assert.Null(state.Clients[ClientId.Parse("ada")].Nonce);
    }

    [Fact]
    public async Task A_session_is_raised_without_an_event()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(2));
        await TakeAsync(todo, todo.RaiseSession("ada", 5));
        await TakeAsync(todo, todo.RaiseSession("newcomer", 9));
        await ReopenAsync();

        await todo.AssertHeldByAsync(Store, Cancellation);
        await TakeAsync(todo, todo.Append(1, "newcomer", session: 9));
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_stream_may_be_created_by_a_session_alone()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.RaiseSession("ada", 2) with { Header = todo.Header });
        await ReopenAsync();

        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task A_thousand_clients_of_one_stream_are_told_apart()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(1));
        for (var round = 0; round < 3; round++)
        {
            await TakeAsync(todo, todo.Append([.. Enumerable.Range(0, 1_000).Select(i => ($"client-{i * 7 % 1_000}", 1 + i % 2))]));
        }
        await todo.AssertHeldByAsync(Store, Cancellation);
        await ReopenAsync();

        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task Names_are_kept_as_events_name_them()
    {
        var todo = new SampleStream("todo");
        var (note, done) = (CollectionName.Parse("note"), FieldName.Parse("done"));
        await TakeAsync(todo, todo.Create(1));
        await TakeAsync(todo, todo.Append(1) with { NewNames = [new NewName(note, null), new NewName(CollectionName.Parse("task"), done)] });
        await TakeAsync(todo, todo.Append(1) with { NewNames = [new NewName(note, done)] });

        await todo.AssertHeldByAsync(Store, Cancellation);
        await ReopenAsync();

        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task Settings_are_replaced_and_nothing_else_of_the_stream()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(2));
        await TakeAsync(todo, todo.Change(KeepTitles));
        await CommitAsync(todo.Change(KeepTitles) with { Header = todo.Header with { CreatedAt = DateTimeOffset.UnixEpoch, Head = new Seq(77) } });

        await todo.AssertHeldByAsync(Store, Cancellation);
        await ReopenAsync();

        await todo.AssertHeldByAsync(Store, Cancellation);
        await TakeAsync(todo, todo.Append(1));
        await todo.AssertHeldByAsync(Store, Cancellation);
    }

    [Fact]
    public async Task What_a_caller_does_to_a_loaded_state_stays_with_the_caller()
    {
        var todo = new SampleStream("todo");
        await TakeAsync(todo, todo.Create(2));
        var state = await Store.LoadAsync(todo.Name, Cancellation);
        state!.Clients.Clear();
        foreach (var fields in state.Named.Values) fields.Clear();
        state.Named.Clear();

        await todo.AssertHeldByAsync(Store, Cancellation);
    }
}
