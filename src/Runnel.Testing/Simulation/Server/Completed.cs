namespace Runnel.Testing.Simulation.Server;

/// <summary>Takes what a port has done already: a simulation has one thread, so nobody could wait.</summary>
internal static class Completed
{
    /// <summary>The result of <paramref name="task"/>, or what it failed with.</summary>
    /// <exception cref="InvalidOperationException">It is still under way.</exception>
    public static T Result<T>(ValueTask<T> task)
    {
        if (!task.IsCompleted) throw new InvalidOperationException("A store under simulation completes its calls before they return, or inside the disk's release of a commit.");
        return task.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Nothing, or what <paramref name="task"/> failed with.</summary>
    /// <exception cref="InvalidOperationException">It is still under way.</exception>
    public static void Wait(ValueTask task)
    {
        if (!task.IsCompleted) throw new InvalidOperationException("What a simulated process does at once is still under way.");
        task.AsTask().GetAwaiter().GetResult();
    }
}
