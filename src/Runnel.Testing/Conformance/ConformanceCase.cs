using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>One rule of the protocol as data: what is sent, and what must come back. Never changes.</summary>
/// <param name="Topic">The file that the case is from, without its extension.</param>
/// <param name="Name">The case's name, unique over all files.</param>
/// <param name="Says">The rule, as a sentence.</param>
/// <param name="Capability">What a server may lack by answering <c>not_supported</c>; <c>null</c> if every server does this.</param>
/// <param name="IsSlow">Whether the case waits for a server's timeout, of ten seconds and more.</param>
/// <param name="IsAlone">Whether the case works on something that a server has only one of, so that no other case may run beside it.</param>
/// <param name="Steps">What is done, in order, as the file says it (see <c>conformance/README.md</c>).</param>
public sealed record ConformanceCase(string Topic, string Name, string Says, string? Capability, bool IsSlow, bool IsAlone, IReadOnlyList<JsonElement> Steps);
