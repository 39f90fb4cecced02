namespace Runnel.Conformance.Tests;

/// <summary>How long an answer may take: on a machine that does much else, far longer than it should.</summary>
internal static class PatienceOf
{
    public static readonly TimeSpan Tests = TimeSpan.FromSeconds(30);
}
