namespace Runnel.Protocol;

/// <summary>Why something was not done: a code for programs, a sentence for people.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Message">What was wrong, with the value at fault and, where there is one, the way out.</param>
public sealed record Refusal(ErrorCode Code, string Message);
