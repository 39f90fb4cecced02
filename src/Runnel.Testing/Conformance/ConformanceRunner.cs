using System.Net.WebSockets;

namespace Runnel.Testing.Conformance;

/// <summary>
/// Plays cases against any server, through nothing but HTTP and WebSockets. Each case works on streams of its own, which are deleted
/// afterwards. Safe for use by several threads at once.
/// </summary>
/// <param name="server">The server's address, such as <c>http://127.0.0.1:8080</c>.</param>
/// <param name="patience">How long an answer may take before it counts as missing; 10 seconds suit a server on the same machine.</param>
public sealed class ConformanceRunner(Uri server, TimeSpan patience) : IDisposable
{
    // A case makes a thousand streams at most, and a server lists many at once; one that deletes nothing must not keep us.
    private const int MaxPages = 20;

    // Names of streams that no other run uses.
    private readonly string _run = IdSource.System.NewId()[..12];

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
    private int _count;

    /// <summary>Plays <paramref name="cases"/>, up to <paramref name="atOnce"/> at the same time.</summary>
    /// <param name="cases">What to play.</param>
    /// <param name="atOnce">How many at the same time; those that must be alone come last, one by one.</param>
    /// <param name="played">Told of each result as it comes, from any thread; <c>null</c> if nobody wants to know.</param>
    /// <param name="cancellationToken">Ends the playing.</param>
    /// <returns>The results in the order of the cases.</returns>
    /// <exception cref="FormatException">A case is not well written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<IReadOnlyList<ConformanceResult>> RunAsync(
        IReadOnlyList<ConformanceCase> cases, int atOnce, Action<ConformanceResult>? played, CancellationToken cancellationToken)
    {
        var results = new ConformanceResult[cases.Count];
        var places = Enumerable.Range(0, cases.Count).ToLookup(i => cases[i].IsAlone);
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(places[false], options, PlayAsync);
        foreach (var i in places[true]) await PlayAsync(i, cancellationToken);
        return results;

        async ValueTask PlayAsync(int i, CancellationToken cancellation)
        {
            results[i] = await RunAsync(cases[i], cancellation);
            played?.Invoke(results[i]);
        }
    }

    /// <summary>Plays <paramref name="played"/>.</summary>
    /// <exception cref="FormatException">The case itself is not well written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ConformanceResult> RunAsync(ConformanceCase played, CancellationToken cancellationToken)
    {
        var prefix = $"conformance:{_run}:{Interlocked.Increment(ref _count)}:";
        var transcript = new Transcript();
        var http = new HttpProbe(_http, patience, transcript);
        var run = new CaseRun(server, http, patience, transcript, prefix);
        try
        {
            await run.PlayAsync(played.Steps, cancellationToken);
            await run.FinishAsync(cancellationToken);
            return Result(ConformanceOutcome.Passed, null);
        }
        catch (NotSupportedByServer lack) when (played.Capability is not null)
        {
            return Result(ConformanceOutcome.NotSupported, lack.Message);
        }
        catch (Exception exception) when (exception is CaseFailure or HttpRequestException or WebSocketException or IOException)
        {
            return Result(ConformanceOutcome.Failed, $"{run.Place}: {Explain(exception)}");
        }
        finally
        {
            await run.DisposeAsync();
            await DeleteAsync(prefix);
        }

        ConformanceResult Result(ConformanceOutcome outcome, string? message) => new(played, outcome, message, transcript.Lines);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // What went wrong on the wire is said best by what lies beneath.
    private static string Explain(Exception exception) =>
        exception.GetBaseException() is var cause && cause != exception ? $"{exception.Message} ({cause.Message})" : exception.Message;

    /// <summary>Deletes what the case made; a server that cannot do that keeps it.</summary>
    private async Task DeleteAsync(string prefix)
    {
        try
        {
            var http = new HttpProbe(_http, patience, new Transcript());
            for (var page = 0; page < MaxPages && await http.ListAsync(prefix) is { Count: > 0 } names; page++)
            {
                await Parallel.ForEachAsync(names, async (name, _) => await http.DeleteAsync(name));
            }
        }
        catch (Exception exception) when (exception is CaseFailure or HttpRequestException or IOException)
        {
            // It is only a wish: the case is over.
        }
    }
}
