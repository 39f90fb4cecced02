using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Runnel.Protocol;

namespace Runnel.AspNetCore.Problems;

/// <summary>Refusals as RFC 9457 problem details, with the stable <c>code</c>.</summary>
internal static class Problem
{
    /// <summary>Answers with <paramref name="refusal"/>, by the status that goes with its code.</summary>
    public static Task WriteProblemAsync(this HttpContext context, Refusal refusal) =>
        context.WriteProblemAsync(refusal, refusal.Code.HttpStatus);

    /// <summary>Answers with <paramref name="refusal"/>, by a status of HTTP's own, such as 405.</summary>
    public static async Task WriteProblemAsync(this HttpContext context, Refusal refusal, int status)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "about:blank"u8);
            writer.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(status));
            writer.WriteNumber("status"u8, status);
            writer.WriteString("code"u8, refusal.Code.Name);
            writer.WriteString("detail"u8, refusal.Message);
            writer.WriteBoolean("retryable"u8, refusal.Code.IsRetryable);
            writer.WriteEndObject();
        }
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.ContentLength = buffer.WrittenCount;
        response.Headers.CacheControl = "no-store";
        if (refusal.Code.IsRetryable) response.Headers.RetryAfter = "1";
        await response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }
}
