namespace Runnel.Client.Generators;

/// <summary>How values of a type travel, as code.</summary>
/// <param name="Expression">The expression of the form.</param>
/// <param name="Storage">How a model stores such a value.</param>
/// <param name="IsImmutable">Whether nobody can change a value in place.</param>
/// <param name="Initial">The expression that new storage begins with; empty for the type's default.</param>
internal sealed record Form(string Expression, PropertyKind Storage, bool IsImmutable = true, string Initial = "")
{
    public const string Namespace = "global::Runnel.Client.Models.Forms.";

    public static Form Scalar(string expression, bool isWide = false) => new(Of(expression), isWide ? PropertyKind.Wide : PropertyKind.Atomic);

    public static string Of(string expression) => $"{Namespace}JsonForms.{expression}";
}
