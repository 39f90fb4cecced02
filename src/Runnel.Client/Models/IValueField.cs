namespace Runnel.Client.Models;

/// <summary>A field that is set as a whole, as those see it who merge values of it.</summary>
internal interface IValueField<TValue>
{
    /// <summary>What the property reads when the field is <paramref name="json"/>.</summary>
    TValue ReadValue(CanonicalJson? json);

    /// <summary>What setting the property says.</summary>
    CanonicalJson WriteValue(TValue value);
}
