using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.AspNetCore.Problems;

/// <summary>Answers a request, or says why not: <c>null</c> once the answer is written.</summary>
internal delegate Task<Refusal?> EndpointHandler(HttpContext context);

/// <summary>Maps paths so that whatever goes wrong on them is answered as a problem with a code, and is logged where it is a fault.</summary>
internal sealed partial class EndpointGuard(ILogger<EndpointGuard> logger)
{
    /// <summary>Maps <paramref name="pattern"/> for the given methods; any other method is answered 405.</summary>
    public static void Map(RouteGroupBuilder group, string pattern, params ReadOnlySpan<(string Method, EndpointHandler Handler)> ways)
    {
        var allowed = new List<string>();
        foreach (var (method, handler) in ways)
        {
            string[] methods = method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [method];
            group.MapMethods(pattern, methods, Guarded(handler));
            allowed.AddRange(methods);
        }
        var allow = string.Join(", ", allowed);
        group.Map(pattern, context =>
        {
            context.Response.Headers.Allow = allow;
            var refusal = new Refusal(ErrorCode.NotSupported, $"{context.Request.Path} knows {allow}, not {context.Request.Method}.");
            return context.WriteProblemAsync(refusal, StatusCodes.Status405MethodNotAllowed);
        });
    }

    /// <summary>Maps every other path of the group, to be answered 404.</summary>
    public static void MapRest(RouteGroupBuilder group) => group.Map("/{**rest}", context =>
    {
        var refusal = new Refusal(ErrorCode.NotSupported, $"There is nothing at {context.Request.Path}.");
        return context.WriteProblemAsync(refusal, StatusCodes.Status404NotFound);
    });

    private static RequestDelegate Guarded(EndpointHandler handler) => async context =>
    {
        try
        {
            if (await handler(context).ConfigureAwait(false) is { } refusal) await context.WriteProblemAsync(refusal).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();   // nobody is left to read an answer
        }
        catch (Exception exception)
        {
            await context.RequestServices.GetRequiredService<EndpointGuard>().AnswerAsync(context, exception).ConfigureAwait(false);
        }
    };

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var (refusal, status) = Explain(exception);
        if (status >= StatusCodes.Status500InternalServerError) LogFault(context.Request.Method, context.Request.Path, exception);
        else LogBadRequest(context.Request.Method, context.Request.Path, exception.Message);
        if (context.Response.HasStarted || context.Response.BodyWriter.UnflushedBytes > 0)
        {
            context.Abort();   // the only way left to say that the answer is not whole
            return;
        }
        context.Response.Clear();
        await context.WriteProblemAsync(refusal, status).ConfigureAwait(false);
    }

    private static (Refusal Refusal, int Status) Explain(Exception exception)
    {
        var refusal = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Refusal(ErrorCode.TooLarge, "The request's body is over the limit."),
            BadHttpRequestException bad => new Refusal(ErrorCode.InvalidMessage, bad.Message),
            StreamStoreException { Fault: StoreFault.Full } => new Refusal(ErrorCode.StorageFull, "The server's disk is full."),
            StreamStoreException { Fault: StoreFault.Damaged, Stream: { } stream } => new Refusal(ErrorCode.Internal, $"The stream {stream} is damaged; the server's log says where."),
            _ => new Refusal(ErrorCode.Internal, "The server failed to answer; its log says why."),
        };
        return (refusal, exception is BadHttpRequestException { StatusCode: var status } ? status : refusal.Code.HttpStatus);
    }

    [LoggerMessage(3001, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFault(string method, string path, Exception exception);

    [LoggerMessage(3002, LogLevel.Debug, "{Method} {Path} cannot be read: {Reason}")]
    private partial void LogBadRequest(string method, string path, string reason);
}
