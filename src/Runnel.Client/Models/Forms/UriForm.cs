namespace Runnel.Client.Models.Forms;

internal sealed class UriForm() : TextForm<Uri>(
    value => StringForm.WellFormed(value.OriginalString), (text, out value) => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out value!))
{
    // Equals passes over the fragment.
    internal override bool Same(Uri left, Uri right) => left?.OriginalString == right?.OriginalString;
}
