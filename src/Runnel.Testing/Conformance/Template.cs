using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runnel.Testing.Conformance;

/// <summary>
/// A case's variables, and how they fill in what is sent and expected: <c>${name}</c> in texts, <c>$repeat</c>, <c>$list</c> and
/// <c>$raw</c>. Not safe for use by several threads at once.
/// </summary>
internal sealed partial class Template
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Dictionary<string, JsonElement> _variables = [];

    public void Set(string name, JsonElement value) => _variables[name] = value;

    public void Set(string name, string value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain)) writer.WriteStringValue(value);
        Set(name, JsonElement.Parse(buffer.WrittenSpan));
    }

    public void Set(string name, long value) => Set(name, JsonElement.Parse(value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The text with its variables filled in.</summary>
    public string Fill(string text) => Variable().Replace(text, match => TextOf(Get(match.Groups["name"].Value)));

    /// <summary>The JSON with everything filled in, as text without spaces.</summary>
    public string Fill(JsonElement template)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain)) Write(writer, template);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The JSON with everything filled in.</summary>
    public JsonElement Expand(JsonElement template) => JsonElement.Parse(Fill(template));

    /// <summary>A count: a number or a variable, with <c>plus</c> more where the object says so.</summary>
    public int CountOf(JsonElement description)
    {
        var times = description.GetProperty("times");
        var count = times.ValueKind == JsonValueKind.Number ? times.GetInt32() : int.Parse(Fill(times.GetString()!), CultureInfo.InvariantCulture);
        return count + (description.TryGetProperty("plus", out var plus) ? plus.GetInt32() : 0);
    }

    private void Write(Utf8JsonWriter writer, JsonElement template)
    {
        switch (template.ValueKind)
        {
            case JsonValueKind.String when Whole().Match(template.GetString()!) is { Success: true } match:
                Get(match.Groups["name"].Value).WriteTo(writer);
                break;
            case JsonValueKind.String: writer.WriteStringValue(Fill(template.GetString()!)); break;
            case JsonValueKind.Array: WriteArray(writer, template); break;
            case JsonValueKind.Object when IsOnly(template, "$repeat", out var repeat):
                writer.WriteStringValue(new StringBuilder().Insert(0, repeat.GetProperty("text").GetString()!, CountOf(repeat)).ToString());
                break;
            case JsonValueKind.Object when IsOnly(template, "$raw", out var raw): writer.WriteRawValue(raw.GetString()!, skipInputValidation: true); break;
            case JsonValueKind.Object: WriteObject(writer, template); break;
            default: template.WriteTo(writer); break;
        }
    }

    private void WriteObject(Utf8JsonWriter writer, JsonElement template)
    {
        writer.WriteStartObject();
        foreach (var member in template.EnumerateObject())
        {
            writer.WritePropertyName(Fill(member.Name));
            Write(writer, member.Value);
        }
        writer.WriteEndObject();
    }

    private void WriteArray(Utf8JsonWriter writer, JsonElement template)
    {
        writer.WriteStartArray();
        foreach (var element in template.EnumerateArray())
        {
            if (IsOnly(element, "$list", out var list)) WriteList(writer, list);
            else Write(writer, element);
        }
        writer.WriteEndArray();
    }

    private void WriteList(Utf8JsonWriter writer, JsonElement list)
    {
        var count = CountOf(list);
        for (var i = 1; i <= count; i++)
        {
            Set("i", i);
            Write(writer, list.GetProperty("of"));
        }
    }

    private JsonElement Get(string name) =>
        _variables.TryGetValue(name, out var value) ? value : throw new FormatException($"The case uses ${{{name}}}, which nothing has set.");

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static bool IsOnly(JsonElement element, string key, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.GetPropertyCount() == 1 && element.TryGetProperty(key, out value);
    }

    [GeneratedRegex(@"\$\{(?<name>\w+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\$\{(?<name>\w+)\}$")]
    private static partial Regex Whole();
}
