namespace Runnel.Client.Models.Forms;

internal sealed class NullableForm<T>(JsonForm<T> form) : JsonForm<T?> where T : struct
{
    internal override bool TakesNull => true;

    internal override bool IsImmutable => form.IsImmutable;

    internal override CanonicalJson Write(T? value) => value is { } given ? form.Write(given) : CanonicalJson.Null;

    internal override CanonicalJson WriteOver(T? value, CanonicalJson beneath) =>
        value is { } given ? form.WriteOver(given, beneath) : CanonicalJson.Null;

    internal override bool TryRead(CanonicalJson json, out T? value)
    {
        var readable = form.TryRead(json, out var read);
        value = readable ? read : null;
        return readable;
    }

    internal override T? Normalize(T? value) => value is { } given ? form.Normalize(given) : null;

    internal override bool Same(T? left, T? right) =>
        left is { } one && right is { } other ? form.Same(one, other) : left.HasValue == right.HasValue;
}
