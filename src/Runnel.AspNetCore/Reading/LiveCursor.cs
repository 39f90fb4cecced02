using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Runnel.Protocol;
using Runnel.Server;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.AspNetCore.Reading;

/// <summary>
/// One client's place in a stream. Whenever its connection can take more, it reads on from there, from memory if the events are
/// recent, else from the store; so a slow client costs no more than a fast one.
/// </summary>
internal sealed class LiveCursor(StreamFeed feed, PipeWriter output, IOptions<RunnelServerOptions> options, ServerTelemetry telemetry, TimeProvider time) : IStreamFollower
{
    // Often enough that nothing in between takes a silent connection for dead.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    // One word that there is news says as much as many.
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<EncodedEvent> _recent = [];
    private volatile Refusal? _ending;
    private Seq _at;

    /// <inheritdoc/>
    public void HeadMoved() => _news.Writer.TryWrite(true);

    /// <inheritdoc/>
    public void Signalled(ReadOnlyMemory<byte> message) { }   // signals are for connections that can send them too

    /// <inheritdoc/>
    public void Ended(Refusal refusal)
    {
        _ending = refusal;
        _news.Writer.TryWrite(true);
    }

    /// <summary>Sends what comes after <paramref name="after"/> until the stream ends or the token says so.</summary>
    public async Task RunAsync(Seq after, CancellationToken cancellationToken)
    {
        _at = after;
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        while (_ending is null)
        {
            if (!await SendPageAsync(cancellationToken).ConfigureAwait(false)) await WaitForNewsAsync(cancellationToken).ConfigureAwait(false);
        }
        WriteEnding(_ending);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends the next events, a page of them at most; false if there are none.</summary>
    private async ValueTask<bool> SendPageAsync(CancellationToken cancellationToken)
    {
        var before = _at;
        _recent.Clear();
        if (feed.TryReadRecent(_at, options.Value.MaxPageEvents, options.Value.MaxPageBytes, _recent))
        {
            foreach (var stored in _recent) Write(stored);
        }
        else
        {
            await foreach (var block in feed.ReadAsync(_at, cancellationToken).ConfigureAwait(false))
            {
                foreach (var stored in block.Events) Write(stored);
                if (_ending is not null || output.UnflushedBytes >= options.Value.MaxPageBytes) break;
            }
        }
        if (_at == before) return false;
        telemetry.Read(_at - before);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async ValueTask WaitForNewsAsync(CancellationToken cancellationToken)
    {
        var news = _news.Reader.ReadAsync(cancellationToken).AsTask();
        while (!news.IsCompleted)
        {
            await Task.WhenAny(news, Task.Delay(Heartbeat, time, cancellationToken)).ConfigureAwait(false);
            if (news.IsCompleted) break;
            cancellationToken.ThrowIfCancellationRequested();
            output.Write(":\n\n"u8);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        await news.ConfigureAwait(false);
    }

    private void Write(EncodedEvent stored)
    {
        if (stored.Seq != _at.Next) throw new InvalidOperationException($"Event {stored.Seq} came where {_at.Next} was due.");
        output.Write(Encoding.ASCII.GetBytes($"id: {stored.Seq}\ndata: "));
        output.Write(stored.Json.Span);
        output.Write("\n\n"u8);
        _at = stored.Seq;
    }

    private void WriteEnding(Refusal refusal)
    {
        output.Write("event: error\ndata: "u8);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("code"u8, refusal.Code.Name);
            writer.WriteString("message"u8, refusal.Message);
            writer.WriteEndObject();
        }
        output.Write("\n\n"u8);
    }
}
