using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators;

/// <summary>What is wrong, before it is known where to show it.</summary>
internal sealed class Problem(DiagnosticDescriptor descriptor, params string[] arguments)
{
    public DiagnosticInfo At(Location location) => DiagnosticInfo.Create(descriptor, location, arguments);
}
