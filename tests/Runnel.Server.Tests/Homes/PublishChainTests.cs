using Runnel.Protocol;
using Runnel.Server.Homes;

namespace Runnel.Server.Tests.Homes;

public class PublishChainTests
{
    private readonly HomeHarness _home = new();
    private readonly PublishChain _chain = new();

    [Fact]
    public void Nothing_of_a_chain_lands_behind_a_batch_of_it_that_was_refused()
    {
        var first = Publish("phone", 1, _chain);
        var refused = Publish("phone", 7, _chain);
        var behind = Publish("tablet", 1, _chain);
        var alone = Publish("laptop", 1, null);
        _home.LandAll();

        Assert.IsType<HomeAnswer.Published>(_home.AnswerTo(first));
        Assert.Equal(ErrorCode.ClientSeqGap, _home.RefusalOf(refused));
        Assert.Equal(ErrorCode.Overloaded, _home.RefusalOf(behind));
        Assert.IsType<HomeAnswer.Published>(_home.AnswerTo(alone));
        Assert.Equal(["phone", "laptop"], _home.Stored.Select(stored => stored.Client.Value));
    }

    [Fact]
    public void A_commit_that_fails_breaks_the_chain_of_what_it_carried()
    {
        var lost = Publish("phone", 1, _chain);
        _home.Fail();

        Assert.Equal(ErrorCode.StorageFull, _home.RefusalOf(lost));
        Assert.True(_chain.IsBroken);
    }

    private object Publish(string client, long clientSeq, PublishChain? chain)
    {
        var ticket = new object();
        var key = new ObjectKey(CollectionName.Parse("task"), ObjectId.Parse("milk"));
        var draft = new EventDraft(clientSeq, Seq.None, EventOp.Insert, key, EventFields.Empty);
        var request = new PublishRequest { Stream = HomeHarness.Stream, Client = ClientId.Parse(client), Events = [draft] };
        _home.Tell(new HomeRequest.Publish(ticket, request, HomeHarness.At, chain));
        return ticket;
    }
}
