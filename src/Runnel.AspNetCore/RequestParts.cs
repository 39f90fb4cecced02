using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Runnel.Protocol;

namespace Runnel.AspNetCore;

/// <summary>What requests carry in their paths and queries, read or refused.</summary>
internal static class RequestParts
{
    /// <summary>Reads the path's stream name.</summary>
    public static bool TryGetStream(this HttpContext context, out StreamName stream, [NotNullWhen(false)] out Refusal? refusal)
    {
        var text = (string?)context.GetRouteValue("name");
        refusal = StreamName.TryParse(text, out stream)
            ? null
            : new Refusal(ErrorCode.InvalidName, $"\"{text}\" is no stream name: 1-200 characters of A-Z a-z 0-9 . _ : ~ -, and neither \".\" nor \"..\".");
        return refusal is null;
    }

    /// <summary>Reads a whole number from the query; <paramref name="fallback"/> if it is not there.</summary>
    public static bool TryGetNumber(this HttpContext context, string key, long fallback, out long number, [NotNullWhen(false)] out Refusal? refusal)
    {
        number = fallback;
        refusal = null;
        if (!context.Request.Query.TryGetValue(key, out var values)) return true;
        if (values.Count == 1 && TryParseNumber(values[0], out number)) return true;
        refusal = new Refusal(ErrorCode.InvalidMessage, $"{key} is one whole number, 0 or more, not \"{values}\".");
        return false;
    }

    /// <summary>Reads a whole number, 0 or more.</summary>
    public static bool TryParseNumber(string? text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads the query's <c>limit</c>, which is <paramref name="max"/> by default and at most.</summary>
    public static bool TryGetLimit(this HttpContext context, long max, out long limit, [NotNullWhen(false)] out Refusal? refusal)
    {
        limit = max;
        if (!context.TryGetNumber("limit", max, out var number, out refusal)) return false;
        if (number < 1) refusal = new Refusal(ErrorCode.InvalidMessage, "limit is at least 1.");
        else limit = Math.Min(number, max);
        return refusal is null;
    }

    /// <summary>There is no stream of that name.</summary>
    public static Refusal UnknownStream(StreamName stream) => new(ErrorCode.UnknownStream, $"There is no stream \"{stream}\".");
}
