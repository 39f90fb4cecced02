namespace Runnel.Testing.Simulation.Apps;

/// <summary>A step of an app's author's code: whatever it throws breaks the author's own promise.</summary>
internal static class AppStep
{
    public static void Take(SimulationContext context, string where, Action step)
    {
        try
        {
            step();
        }
        catch (Exception exception)   // an assertion of any test framework, or a fault of the app
        {
            context.Break(Promise.AppInvariant, $"{where}: {exception.Message}");
        }
    }
}
