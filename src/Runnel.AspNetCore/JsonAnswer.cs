using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Runnel.AspNetCore;

/// <summary>Answers of JSON that is written by hand: no reflection, and stored bytes go through as they are.</summary>
internal static class JsonAnswer
{
    /// <summary>The media type of an answer that is one JSON text.</summary>
    public const string Json = "application/json";

    /// <summary>The media type of JSON texts, one a line.</summary>
    public const string NdJson = "application/x-ndjson";

    /// <summary>Texts are written as events hold them, escaped only where JSON asks for it.</summary>
    public static readonly JsonWriterOptions AsStored = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with what <paramref name="write"/> writes.</summary>
    public static async Task WriteJsonAsync(this HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        context.Response.Headers.CacheControl = "no-store";
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter, AsStored)) write(writer);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
