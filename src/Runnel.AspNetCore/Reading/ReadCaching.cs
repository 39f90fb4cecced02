using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Runnel.Server.Stores;

namespace Runnel.AspNetCore.Reading;

/// <summary>How long answers with events stay true: what lies wholly below the head never changes, the rest may be asked for again.</summary>
internal static class ReadCaching
{
    private const string ForEver = "max-age=31536000, immutable";

    /// <summary>Sets the caching headers of an answer that covers <paramref name="covered"/>; true if the client has it already, so that 304 is the whole answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="header">The stream, whose id is part of the tag, for a name is not an identity.</param>
    /// <param name="covered">What the answer covers, as text.</param>
    /// <param name="isImmutable">Whether the same question always gets the same answer.</param>
    public static bool IsKnown(HttpContext context, StreamHeader header, string covered, bool isImmutable)
    {
        var response = context.Response.Headers;
        var tag = new EntityTagHeaderValue(isImmutable ? $"\"{header.Id}:{covered}\"" : $"\"{header.Id}:{covered}@{header.Head}\"");
        response.ETag = tag.ToString();
        response.Vary = HeaderNames.Accept;
        var isPrivate = NeedsLogin(context);
        response.CacheControl = (isImmutable, isPrivate) switch
        {
            (true, true) => $"private, {ForEver}",
            (true, false) => $"public, {ForEver}",
            (false, true) => "private, no-cache",
            (false, false) => "no-cache",
        };
        if (!context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == "*" || known.Compare(tag, useStrongComparison: false))) return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static bool NeedsLogin(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        var asks = metadata?.GetMetadata<IAuthorizeData>() is not null && metadata.GetMetadata<IAllowAnonymous>() is null;
        return asks || context.User.Identity is { IsAuthenticated: true };
    }
}
