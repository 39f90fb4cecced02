namespace Runnel.Testing.Conformance;

/// <summary>The server did not do what a case says.</summary>
internal class CaseFailure(string message) : Exception(message);

/// <summary>The server said that it cannot do what a step asked for, where the case did not expect that.</summary>
internal sealed class NotSupportedByServer(string message) : CaseFailure(message);
