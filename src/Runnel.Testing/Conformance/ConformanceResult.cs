namespace Runnel.Testing.Conformance;

/// <summary>How a case ended.</summary>
public enum ConformanceOutcome
{
    /// <summary>The server did what the rule says.</summary>
    Passed,

    /// <summary>It did not.</summary>
    Failed,

    /// <summary>It said <c>not_supported</c> to something that it may lack.</summary>
    NotSupported,
}

/// <summary>What became of a case. Never changes.</summary>
/// <param name="Case">The case.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">What was wrong, or what is not supported; <c>null</c> if the case passed.</param>
/// <param name="Transcript">All that was sent and came back, line by line.</param>
public sealed record ConformanceResult(ConformanceCase Case, ConformanceOutcome Outcome, string? Message, IReadOnlyList<string> Transcript);
