using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Runnel.Client.Models.Forms;

/// <summary>How values of a type travel as JSON. For generated code. Never changes.</summary>
/// <typeparam name="T">The type.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class JsonForm<T>
{
    private protected JsonForm()
    {
    }

    /// <summary>What an absent, <c>null</c> or unreadable value reads as.</summary>
    internal virtual T Default => default!;

    /// <summary>Whether <c>null</c> is a value of the type.</summary>
    internal virtual bool TakesNull => false;

    /// <summary>Whether nobody can change a value in place, so that one may be shared.</summary>
    internal virtual bool IsImmutable => true;

    /// <summary>The value as JSON; reading that gives what <see cref="Normalize"/> makes of the value.</summary>
    internal abstract CanonicalJson Write(T value);

    /// <summary>The same, keeping what <paramref name="beneath"/>, which the value replaces, holds and this form does not know.</summary>
    internal virtual CanonicalJson WriteOver(T value, CanonicalJson beneath) => Write(value);

    /// <summary>Reads what is there and not <c>null</c>; <c>false</c> for what is no value of the type.</summary>
    internal abstract bool TryRead(CanonicalJson json, [MaybeNullWhen(false)] out T value);

    /// <summary>The value as every other device will read it.</summary>
    internal virtual T Normalize(T value) => value;

    /// <summary>Whether both are the same value, in every regard that travels.</summary>
    internal virtual bool Same(T left, T right) => EqualityComparer<T>.Default.Equals(left, right);

    /// <summary>Reads a value; the default for one that is absent, <c>null</c> or unreadable.</summary>
    internal T Read(CanonicalJson? json)
    {
        TryReadOrDefault(json, out var value);
        return value;
    }

    /// <summary>Reads an element of a list or set; <c>false</c> for what is no value of the type.</summary>
    internal bool TryReadElement(CanonicalJson json, [MaybeNullWhen(false)] out T value)
    {
        if (json.Kind != JsonValueKind.Null) return TryRead(json, out value);
        value = Default;
        return TakesNull;
    }

    /// <summary>Reads a field or member; the default and <c>false</c> for an unreadable one.</summary>
    internal bool TryReadOrDefault(CanonicalJson? json, out T value)
    {
        if (json is { Kind: not JsonValueKind.Null } given)
        {
            if (TryRead(given, out var read))
            {
                value = read;
                return true;
            }
            value = Default;
            return false;
        }
        value = Default;
        return true;
    }
}
