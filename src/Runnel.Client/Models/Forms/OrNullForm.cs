namespace Runnel.Client.Models.Forms;

internal sealed class OrNullForm<T>(JsonForm<T> form) : JsonForm<T?> where T : class
{
    internal override bool TakesNull => true;

    internal override bool IsImmutable => form.IsImmutable;

    internal override CanonicalJson Write(T? value) => value is null ? CanonicalJson.Null : form.Write(value);

    internal override CanonicalJson WriteOver(T? value, CanonicalJson beneath) =>
        value is null ? CanonicalJson.Null : form.WriteOver(value, beneath);

    internal override bool TryRead(CanonicalJson json, out T? value) => form.TryRead(json, out value);

    internal override T? Normalize(T? value) => value is null ? null : form.Normalize(value);

    internal override bool Same(T? left, T? right) => left is null || right is null ? left == right : form.Same(left, right);
}
