using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runnel.Conformance.Tests.Mutants;

/// <summary>A request on its way.</summary>
internal sealed record ProxyRequest(string Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Whether it publishes a batch.</summary>
    public bool IsPublish => Method == "POST" && PathAndQuery.EndsWith("/events", StringComparison.Ordinal) && Json is not null;

    /// <summary>The body, if it is a JSON object with each member once.</summary>
    public JsonObject? Json => ProxyJson.Parse(Body);

    public ProxyRequest With(JsonObject body) => this with { Body = ProxyJson.Write(body) };
}

/// <summary>An answer on its way.</summary>
internal sealed record ProxyAnswer(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    public JsonObject? Json => ProxyJson.Parse(Body);

    public string? Code => Json?["code"]?.GetValue<string>();

    public ProxyAnswer With(JsonObject body) => this with { Body = ProxyJson.Write(body) };

    public ProxyAnswer With(string header, string value) => this with { Headers = new Dictionary<string, string>(Headers) { [header] = value } };

    /// <summary>An answer that nobody behind has given.</summary>
    public static ProxyAnswer Of(int status, JsonObject body) =>
        new(status, new Dictionary<string, string> { ["Content-Type"] = status < 400 ? "application/json" : "application/problem+json" }, ProxyJson.Write(body));
}

/// <summary>JSON as it passes through.</summary>
internal static class ProxyJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object, or null for what is none or names a member twice.</summary>
    public static JsonObject? Parse(byte[] utf8)
    {
        try
        {
            var parsed = JsonNode.Parse(utf8) as JsonObject;
            _ = parsed?.Count;   // finds members that are there twice
            return parsed;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    public static byte[] Write(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString(Plain));
}
