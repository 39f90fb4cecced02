using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Runnel.Client;

/// <summary>
/// A message to whoever is connected to the stream right now, such as "Ada is typing": never stored, and lost on those who are not there. Never changes.
/// </summary>
public sealed class Signal
{
    private readonly ReadOnlyMemory<byte> _data;

    internal Signal(ClientId from, ReadOnlyMemory<byte> data)
    {
        From = from;
        _data = data;
    }

    /// <summary>The client that sent it.</summary>
    public ClientId From { get; }

    /// <summary>What it says, as JSON.</summary>
    public string Json => Encoding.UTF8.GetString(_data.Span);

    /// <summary>Reads what it says as a <typeparamref name="T"/>; <c>null</c> is JSON's.</summary>
    /// <exception cref="JsonException">It says something else.</exception>
    public T? Read<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(_data.Span, type);
}
