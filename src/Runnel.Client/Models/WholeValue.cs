using System.ComponentModel;

namespace Runnel.Client.Models;

/// <summary>A list or nested object as it travels, and as it reads. For generated code. Never changes.</summary>
/// <typeparam name="T">The property's type.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WholeValue<T>
{
    internal WholeValue(CanonicalJson json, T value)
    {
        Json = json;
        Value = value;
    }

    internal CanonicalJson Json { get; }

    internal T Value { get; }
}
