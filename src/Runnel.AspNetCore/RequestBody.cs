using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Runnel.AspNetCore;

/// <summary>Reads what requests bring, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>Whether the body is of <paramref name="mediaType"/>. Asked for strictly: a browser sends that type to another site only when the site allows it.</summary>
    public static bool IsOf(this HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) && parsed.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the whole body into one piece; <c>null</c> if it is longer than <paramref name="limit"/> bytes.</summary>
    public static async Task<byte[]?> ReadAllAsync(this HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit) return null;
        LimitTo(context, limit);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            var (buffer, isTooLong) = (result.Buffer, result.Buffer.Length > limit);
            if (!isTooLong && !result.IsCompleted)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }
            var body = isTooLong ? null : buffer.ToArray();
            reader.AdvanceTo(buffer.End);
            return body;
        }
    }

    /// <summary>Sets the server's own limit for this request; <c>null</c> for none.</summary>
    public static void LimitTo(HttpContext context, long? limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit;
    }
}
