using Spectre.Console;

namespace Runnel.Cli.Output;

/// <summary>Shows how far long work has come, on standard error and only where a person looks at it.</summary>
internal static class ProgressBar
{
    /// <summary>Does <paramref name="work"/>, which says how many of <paramref name="total"/> are done so far.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="total">How many there are; 0 if nobody knows.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> RunAsync<T>(string title, long total, Func<Action<long>, Task<T>> work)
    {
        if (Console.IsErrorRedirected) return await work(_ => { }).ConfigureAwait(false);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total));
                bar.IsIndeterminate = total == 0;
                return work(done => bar.Value = done);
            })
            .ConfigureAwait(false);
    }
}
