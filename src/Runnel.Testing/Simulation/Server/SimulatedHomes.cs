using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;

namespace Runnel.Testing.Simulation.Server;

/// <summary>The way from real connections to the homes of a simulated process. Answers come in a turn of the home's.</summary>
internal sealed class SimulatedHomes(ServerProcess process) : IStreamHomes
{
    public IStreamStore Store => process.Store;

    public void Publish(PublishRequest request, PublishChain? chain, IHomeTicket ticket)
    {
        var at = process.Clock.GetUtcNow();
        process.HomeOf(request.Stream).Ask(asked => new HomeRequest.Publish(asked, request, at, chain), ticket.Answer);
    }

    public async ValueTask<CreateResult> CreateAsync(StreamName stream, StreamSettings settings, CancellationToken cancellationToken)
    {
        var at = process.Clock.GetUtcNow();
        return await AskAsync(stream, asked => new HomeRequest.Create(asked, settings, at)) switch
        {
            HomeAnswer.Ready ready => new CreateResult.Ready(ready.Header, ready.IsNew),
            var answer => new CreateResult.Refused(((HomeAnswer.Refused)answer).Refusal),
        };
    }

    public async ValueTask<OpenResult> OpenAsync(StreamName stream, ClientId client, long session, CancellationToken cancellationToken) =>
        await AskAsync(stream, asked => new HomeRequest.Open(asked, client, session)) switch
        {
            HomeAnswer.Opened opened => new OpenResult.Opened(opened.Header, opened.Client),
            var answer => new OpenResult.Refused(((HomeAnswer.Refused)answer).Refusal),
        };

    public async ValueTask<StreamHeader?> FindAsync(StreamName stream, CancellationToken cancellationToken)
    {
        var found = await Store.ListAsync(stream.Value, "", 1, cancellationToken);
        return found.Count > 0 && found[0].Name == stream ? found[0] : null;
    }

    public StreamWatch Watch(StreamName stream)
    {
        var home = process.HomeOf(stream);
        home.Watch();
        return new StreamWatch(home.Feed, home.Unwatch);
    }

    private Task<HomeAnswer> AskAsync(StreamName stream, Func<object, HomeRequest> request)
    {
        var answered = new TaskCompletionSource<HomeAnswer>();
        process.HomeOf(stream).Ask(request, answered.SetResult);
        return answered.Task;
    }
}
