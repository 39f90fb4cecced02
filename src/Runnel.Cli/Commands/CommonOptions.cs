using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Runnel.Cli.Commands;

/// <summary>What several commands take.</summary>
internal static class CommonOptions
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Asks every command for an answer that scripts can read.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Answer in JSON, for scripts.", Recursive = true };

    /// <summary>The server.</summary>
    public static readonly Option<Uri> Url = new("--url")
    {
        Description = $"The server's address; RUNNEL_URL if it is not given, else {DefaultUrl}.",
        DefaultValueFactory = _ => new Uri(Environment.GetEnvironmentVariable("RUNNEL_URL") is { Length: > 0 } url ? url : DefaultUrl),
        CustomParser = ParseUrl,
    };

    /// <summary>The data directory.</summary>
    public static readonly Option<string> Data = new("--data")
    {
        Description = "The data directory.",
        DefaultValueFactory = _ => "./runnel-data",
    };

    /// <summary>How long to wait for a server that does not answer.</summary>
    public static readonly Option<TimeSpan> Retry = new("--retry")
    {
        Description = "How long to wait for a server that does not answer, such as 30s, 2m or 500ms; 0 not to.",
        DefaultValueFactory = _ => TimeSpan.FromSeconds(30),
        CustomParser = ParseDuration,
    };

    /// <summary>The stream.</summary>
    public static Argument<StreamName> Stream() => new("STREAM") { Description = "The stream's name, such as todo:home.", CustomParser = ParseStream };

    private static StreamName ParseStream(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!StreamName.TryParse(text, out var name))
        {
            result.AddError($"\"{text}\" is no stream name: 1-200 characters of A-Z a-z 0-9 . _ : ~ -, and neither \".\" nor \"..\".");
        }
        return name;
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        result.AddError($"--url is an address like {DefaultUrl}, not \"{text}\".");
        return null;
    }

    private static TimeSpan ParseDuration(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        foreach (var (unit, seconds) in (ReadOnlySpan<(string, double)>)[("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)])
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * seconds < TimeSpan.MaxValue.TotalSeconds)
            {
                return TimeSpan.FromSeconds(number * seconds);
            }
        }
        result.AddError($"A duration is like 30s, 2m or 500ms, not \"{text}\".");
        return default;
    }
}
