using System.Buffers;
using System.Runtime.CompilerServices;
using Runnel.Cli.Connection;

namespace Runnel.Cli.Appending;

/// <summary>
/// Appends lines in order until all are durable, through restarts of the server: what was sent without an answer is sent again, and
/// the server finds again what it has.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="stream">The stream.</param>
/// <param name="pace">How fast lines go.</param>
/// <param name="patience">How long nothing may be answered.</param>
/// <param name="progress">Is told how many lines are answered.</param>
internal sealed class AppendRun(ServerConnection server, StreamName stream, AppendPace pace, TimeSpan patience, Action<long> progress)
{
    // Few enough that a server can answer them all into the socket's buffers while it still reads; many enough to keep it busy.
    private const int MaxLines = 2_000;
    private const int MaxBytes = 1024 * 1024;

    // Lines that come this soon after one another travel together.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);
    // A server that lives answers a chunk far sooner.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly List<Line> _chunk = [];
    private long _headBefore;
    private long _progressed;
    private int _bytes;

    /// <summary>How many lines are in the stream now that were not before.</summary>
    public long Appended { get; private set; }

    /// <summary>How many lines were in the stream already.</summary>
    public long AlreadyThere { get; private set; }

    /// <summary>The highest seq of the lines.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Appends all of <paramref name="lines"/>.</summary>
    public async Task RunAsync(IAsyncEnumerable<Line> lines, CancellationToken cancellationToken)
    {
        _progressed = Environment.TickCount64;
        await RetryAsync(async limit => _headBefore = (await server.FindAsync(stream, limit).ConfigureAwait(false))?.Head ?? 0, cancellationToken).ConfigureAwait(false);
        var room = await pace.TakeAsync(MaxLines, cancellationToken).ConfigureAwait(false);
        await using var source = lines.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = source.MoveNextAsync().AsTask();
            if (_chunk.Count > 0 && !next.IsCompleted) await Task.WhenAny(next, Task.Delay(Gathering, cancellationToken)).ConfigureAwait(false);
            if (_chunk.Count >= room || _bytes >= MaxBytes || (_chunk.Count > 0 && !next.IsCompleted))
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
                room = await pace.TakeAsync(MaxLines, cancellationToken).ConfigureAwait(false);
            }
            if (!await next.ConfigureAwait(false)) break;
            _chunk.Add(source.Current);
            _bytes += source.Current.Text.Length + 1;
        }
        await SendAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var answered = 0;
        while (answered < _chunk.Count)
        {
            await RetryAsync(async limit =>
            {
                var sent = _chunk[answered..];
                await foreach (var answer in AskAsync(sent, limit).ConfigureAwait(false))
                {
                    Take(answer, sent, _chunk[answered]);
                    answered++;
                }
                if (answered < _chunk.Count) throw new CommandFailure(ExitCode.NoServer, "The server broke off its answer.");
            }, cancellationToken).ConfigureAwait(false);
        }
        _chunk.Clear();
        _bytes = 0;
    }

    private async IAsyncEnumerable<ImportAnswer> AskAsync(List<Line> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(_bytes);
        foreach (var line in lines)
        {
            body.Write(line.Text.Span);
            body.Write("\n"u8);
        }
        using var response = await server.ImportAsync(stream, body.WrittenMemory, cancellationToken).ConfigureAwait(false);
        using var answers = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var line in LineReader.ReadAsync(answers, cancellationToken).ConfigureAwait(false)) yield return ImportAnswer.Parse(line.Text);
    }

    private void Take(ImportAnswer answer, List<Line> sent, Line line)
    {
        if (answer.Seq is not { } seq)
        {
            var at = sent[Math.Clamp(answer.Line - 1, 0, sent.Count - 1)].Number;
            throw new CommandFailure(answer.IsRetryable ? ExitCode.NoServer : ExitCode.Refused, $"Line {at}: {answer.Message} ({answer.Code})", answer.Code);
        }
        if (line.Seq is { } expected && expected != seq)
        {
            throw new CommandFailure(ExitCode.Refused, $"Line {line.Number} is event {seq} of {stream}, not {expected} as where it was exported: the stream held other events before.");
        }
        if (seq <= _headBefore) AlreadyThere++;
        else Appended++;
        LastSeq = Math.Max(LastSeq, seq);
        _progressed = Environment.TickCount64;
        progress(Appended + AlreadyThere);
    }

    /// <summary>Does <paramref name="attempt"/> again while the server does not answer, as long as patience lasts.</summary>
    private async Task RetryAsync(Func<CancellationToken, Task> attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(patience + LongestAnswer);
            try
            {
                await attempt(limit.Token).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (IsWorthAnotherTry(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (Environment.TickCount64 - _progressed >= patience.TotalMilliseconds) throw GiveUp(exception);
            }
            await Task.Delay(RetryPause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsWorthAnotherTry(Exception exception) => exception is
        HttpRequestException or IOException or OperationCanceledException
        or CommandFailure { ExitCode: ExitCode.NoServer } or CommandFailure { Code: "overloaded" or "storage_full" or "internal" };

    private CommandFailure GiveUp(Exception exception)
    {
        var done = Appended + AlreadyThere;
        var why = exception is OperationCanceledException ? $"The server at {server.Url} does not answer." : exception.Message;
        var after = done > 0 ? $" {done} lines are in {stream}; run the same again to go on." : "";
        return new CommandFailure(ExitCode.NoServer, why + after);
    }
}
