using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Runnel.Conformance.Tests.Mutants;

/// <summary>Servers that are wrong in one thing each, and the cases that must find it.</summary>
internal static class WrongServers
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("skips a seq")
        {
            Topics = ["publishing", "subscribe", "reading"],
            CaughtBy = ["publish-batch", "publish-after-others", "subscribe", "read-page"],
            Http = async (request, forward) => Shift(await forward(request)),
            ServerSays = (message, _) => [Shift(message)],
        },
        new("forgets what was published before")
        {
            Topics = ["exactly-once", "sync-publish"],
            CaughtBy = ["resend", "resend-overlapping", "conflict-fields", "gap", "sync-publish-resent"],
            Http = (request, forward) => forward(request.IsPublish ? request.With(WithoutNumbers(request.Json!)) : request),
            ClientSays = (message, _) => Is(message, "publish") ? [WithoutNumbers(message)] : null,
        },
        new("accepts a conflict silently")
        {
            Topics = ["exactly-once", "sync-publish"],
            CaughtBy = ["conflict-fields", "conflict-op", "conflict-blind", "conflict-rejects-batch", "sync-publish-conflict"],
            Http = async (request, forward) => await forward(request) is { Code: not "client_seq_conflict" } answer ? answer : ProxyAnswer.Of(200, new JsonObject { ["seqs"] = new JsonArray(1), ["head"] = 1 }),
            ServerSays = (message, _) => Says(message, "client_seq_conflict") ? [new JsonObject { ["type"] = "published", ["ref"] = Copy(message, "ref"), ["stream"] = Copy(message, "stream"), ["seqs"] = new JsonArray(1) }] : null,
        },
        new("applies half a batch")
        {
            Topics = ["publishing", "exactly-once"],
            CaughtBy = ["publish-bad-event-rejects-batch", "gap-within-a-batch"],
            Http = OneByOneAsync,
        },
        new("looks at events before sessions")
        {
            Topics = ["exactly-once", "sync-publish"],
            CaughtBy = ["order-session-before-shape", "session-made-durable-by-a-bad-event", "sync-publish-stale-first"],
            Http = (request, forward) => request.IsPublish && HasBadOp(request.Json!)
                ? Task.FromResult(ProxyAnswer.Of(400, new JsonObject { ["status"] = 400, ["code"] = "invalid_event" }))
                : forward(request),
            ClientSays = (message, reply) =>
            {
                if (!Is(message, "publish") || !HasBadOp(message)) return null;
                reply(new JsonObject { ["type"] = "error", ["ref"] = Copy(message, "ref"), ["stream"] = Copy(message, "stream"), ["code"] = "invalid_event", ["message"] = "bad", ["retryable"] = false });
                return [];
            },
        },
        new("leaves an event out of a frame")
        {
            Topics = ["subscribe"],
            CaughtBy = ["subscribe", "subscribe-resumes", "subscribe-own-events"],
            ServerSays = (message, _) =>
            {
                if (!Is(message, "events") || message["events"] is not JsonArray { Count: > 1 } events) return null;
                events.RemoveAt(events.Count - 1);
                return [message];
            },
        },
        new("echoes signals to their sender")
        {
            Topics = ["signal"],
            CaughtBy = ["signal", "signal-to-the-same-client"],
            ClientSays = (message, reply) =>
            {
                if (Is(message, "signal")) reply(new JsonObject { ["type"] = "signal", ["stream"] = Copy(message, "stream"), ["client"] = "ada", ["data"] = Copy(message, "data") });
                return null;
            },
        },
        new("changes the ETag of what does not change")
        {
            Topics = ["reading"],
            CaughtBy = ["cache-below-head", "cache-not-modified"],
            Http = async (request, forward) => await forward(request) is var answer && answer.Headers.ContainsKey("ETag") ? answer.With("ETag", $"\"{Guid.NewGuid()}\"") : answer,
        },
        new("says immutable of what may change")
        {
            Topics = ["reading"],
            CaughtBy = ["cache-at-head", "cache-ranges-beyond-head"],
            Http = async (request, forward) => await forward(request) is var answer && answer.Headers.ContainsKey("ETag") ? answer.With("Cache-Control", "public, max-age=31536000, immutable") : answer,
        },
        new("answers 200 to a creation")
        {
            Topics = ["streams"],
            CaughtBy = ["stream-create", "stream-create-without-body"],
            Http = async (request, forward) => await forward(request) is var answer && answer.Status == 201 ? answer with { Status = 200 } : answer,
        },
        new("lets precedingSeq fall")
        {
            Topics = ["exactly-once"],
            CaughtBy = ["preceding-seq-regressed"],
            Http = RaisePreceding(),
        },
        new("knows no sessions")
        {
            Topics = ["exactly-once", "sync-publish"],
            CaughtBy = ["session-stale", "session-left-out", "session-made-durable-by-a-refusal", "sync-publish-stale"],
            Http = (request, forward) => forward(request.IsPublish ? request.With(Without(request.Json!, "session")) : request),
            ClientSays = (message, _) => Is(message, "hello") ? [Without(message, "session")] : null,
        },
        new("sends the last event again after a resume")
        {
            Topics = ["subscribe"],
            CaughtBy = ["subscribe-resumes", "subscribe-after-a-break", "subscribe-resumes-many"],
            ClientSays = (message, _) =>
            {
                if (!Is(message, "subscribe") || NumberOf(message, "after") is not { } after || after == 0) return null;
                message["after"] = after - 1;
                return [message];
            },
        },
        new("goes on after unsubscribe")
        {
            Topics = ["subscribe"],
            CaughtBy = ["unsubscribe"],
            ClientSays = (message, _) => Is(message, "unsubscribe") ? [] : null,
        },
        new("never says which frame is the last")
        {
            Topics = ["fetch"],
            CaughtBy = ["fetch", "fetch-in-the-order-asked", "fetch-much"],
            ServerSays = (message, _) => Is(message, "fetched") ? [Without(message, "last")] : null,
        },
        new("forgets nonces")
        {
            Topics = ["exactly-once"],
            CaughtBy = ["nonce-told", "nonce-of-a-resend"],
            ServerSays = (message, _) => Is(message, "subscribed") ? [Without(message, "nonce")] : null,
        },
        new("merges by stamps where arrival should decide")
        {
            Topics = ["settings", "state"],
            CaughtBy = ["settings-order-conflict", "merge-total"],
            Http = (request, forward) => forward(request.Method == "PUT" && request.Json is { } settings ? request.With(Without(settings, "order")) : request),
        },
        new("reads on beyond the head")
        {
            Topics = ["reading"],
            CaughtBy = ["read-beyond-head"],
            Http = async (request, forward) => await forward(request) is { Code: not "diverged" } answer ? answer : ProxyAnswer.Of(200, new JsonObject { ["events"] = new JsonArray() }),
        },
    ];

    private static bool Is(JsonObject message, string type) => message["type"]?.GetValueKind() == System.Text.Json.JsonValueKind.String && message["type"]!.GetValue<string>() == type;

    private static bool Says(JsonObject message, string code) => Is(message, "error") && message["code"]?.GetValue<string>() == code;

    private static JsonNode? Copy(JsonObject message, string name) => message[name]?.DeepClone();

    private static long? NumberOf(JsonObject message, string name) => message[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    private static JsonObject Without(JsonObject message, string name)
    {
        message.Remove(name);
        return message;
    }

    private static IEnumerable<JsonObject> EventsOf(JsonObject publish) => (publish["events"] as JsonArray ?? []).OfType<JsonObject>();

    private static bool HasBadOp(JsonObject publish) => EventsOf(publish).Any(sent => sent["op"]?.GetValue<string>() is not ("insert" or "update" or "delete"));

    private static JsonObject WithoutNumbers(JsonObject publish)
    {
        foreach (var sent in EventsOf(publish))
        {
            sent.Remove("clientSeq");
            sent.Remove("precedingSeq");
        }
        return publish;
    }

    private static ProxyAnswer Shift(ProxyAnswer answer) => answer.Json is { } json ? answer.With(Shift(json)) : answer;

    /// <summary>Leaves seq 2 out: every later one is one higher.</summary>
    private static JsonObject Shift(JsonObject json)
    {
        foreach (var name in (ReadOnlySpan<string>)["from", "to", "head", "seq"])
        {
            if (NumberOf(json, name) is >= 2 and var number) json[name] = number + 1;
        }
        foreach (var stored in EventsOf(json)) Shift(stored);
        if (json["seqs"] is not JsonArray seqs) return json;
        json["seqs"] = new JsonArray([.. seqs.Select(seq => seq!.GetValue<long>()).Select(seq => JsonValue.Create(seq >= 2 ? seq + 1 : seq))]);
        return json;
    }

    private static async Task<ProxyAnswer> OneByOneAsync(ProxyRequest request, Forward forward)
    {
        if (!request.IsPublish || request.Json!["events"] is not JsonArray { Count: > 1 } events) return await forward(request);
        var seqs = new JsonArray();
        ProxyAnswer? answer = null;
        foreach (var sent in events)
        {
            var alone = request.Json!;
            alone["events"] = new JsonArray(sent?.DeepClone());
            answer = await forward(request.With(alone));
            if (answer.Status != 200) return answer;
            seqs.Add(answer.Json!["seqs"]![0]!.DeepClone());
        }
        return answer!.With(new JsonObject { ["seqs"] = seqs, ["head"] = answer.Json!["head"]!.DeepClone() });
    }

    private static Func<ProxyRequest, Forward, Task<ProxyAnswer>> RaisePreceding()
    {
        var seen = new ConcurrentDictionary<string, long>();
        return (request, forward) =>
        {
            if (!request.IsPublish) return forward(request);
            var publish = request.Json!;
            var author = $"{request.PathAndQuery} {publish["client"]}";
            foreach (var sent in EventsOf(publish))
            {
                if (NumberOf(sent, "precedingSeq") is not { } preceding) continue;
                sent["precedingSeq"] = seen.AddOrUpdate(author, preceding, (_, before) => Math.Max(before, preceding));
            }
            return forward(request.With(publish));
        };
    }
}
