using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>A WebSocket that says what a case tells it to, and keeps what comes back.</summary>
internal sealed class SocketProbe : IAsyncDisposable
{
    private readonly string _name;
    private readonly ClientWebSocket _socket;
    private readonly Transcript _transcript;
    private readonly CursorRules? _rules;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _reading;
    private long _fences = 1_000_000;

    private SocketProbe(string name, ClientWebSocket socket, Transcript transcript, bool isSync)
    {
        _name = name;
        _socket = socket;
        _transcript = transcript;
        _rules = isSync ? new CursorRules() : null;
        _reading = ReadAsync();
    }

    /// <summary>What has come.</summary>
    public Inbox Inbox { get; } = new();

    /// <summary>The subprotocol that the server chose.</summary>
    public string? Protocol => _socket.SubProtocol;

    /// <summary>Whether the socket can still be used.</summary>
    public bool IsOpen => _socket.State == WebSocketState.Open;

    /// <summary>Whether the socket speaks the sync protocol and has been welcomed.</summary>
    public bool HasSaidHello { get; private set; }

    /// <summary>With what the server closed; <c>null</c> while it has not.</summary>
    public (int Status, string Reason)? Goodbye => _socket.CloseStatus is { } status ? ((int)status, _socket.CloseStatusDescription ?? "") : null;

    /// <summary>Opens a socket.</summary>
    /// <param name="name">What the case calls it.</param>
    /// <param name="address">Where to.</param>
    /// <param name="protocols">The subprotocols to offer.</param>
    /// <param name="transcript">Where to note what is said.</param>
    /// <param name="isSync">Whether what comes must keep to the rules of <c>/v1/sync</c>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="WebSocketException">The server does not open it.</exception>
    public static async Task<SocketProbe> OpenAsync(
        string name, Uri address, IEnumerable<string> protocols, Transcript transcript, bool isSync, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            foreach (var protocol in protocols) socket.Options.AddSubProtocol(protocol);
            socket.Options.CollectHttpResponseDetails = true;
            await socket.ConnectAsync(address, cancellationToken);
            return new SocketProbe(name, socket, transcript, isSync);
        }
        catch (WebSocketException exception) when ((int)socket.HttpStatusCode is 404 or 501)
        {
            socket.Dispose();
            throw new NotSupportedByServer($"{address.AbsolutePath} is not there: {exception.Message}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one message.</summary>
    public async Task SendAsync(byte[] message, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        var text = type == WebSocketMessageType.Text ? Encoding.UTF8.GetString(message) : Convert.ToHexString(message);
        _transcript.Add(_name, '>', text);
        if (type == WebSocketMessageType.Text && TryParse(message, out var parsed)) _rules?.Sent(parsed);
        await _socket.SendAsync(message, type, endOfMessage: true, cancellationToken);
    }

    /// <summary>
    /// Says something that no server knows, and waits for its refusal: everything said before has been taken by then. Twice, for what
    /// was due at that time may be sent right behind the first answer.
    /// </summary>
    public async Task FenceAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 2; i++)
        {
            var reference = (++_fences).ToString(CultureInfo.InvariantCulture);
            await SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"conformance-fence","ref":{{reference}}}"""), WebSocketMessageType.Text, cancellationToken);
            await Inbox.TakeAsync(
                message => Inbox.Says(message, "type", "error") && message.TryGetProperty("ref", out var value) && value.GetRawText() == reference,
                _ => false, "the refusal of an unknown message", patience, cancellationToken);
            _rules?.Fenced();
        }
    }

    /// <summary>Says goodbye and waits for the answer.</summary>
    /// <exception cref="CaseFailure">There was none.</exception>
    public async Task CloseAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        _transcript.Add(_name, '>', "(goodbye)");
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        if (await Task.WhenAny(_reading, Task.Delay(patience, TimeProvider.System, cancellationToken)) != _reading) throw new CaseFailure("the goodbye was not answered");
        if (Goodbye is null) throw new CaseFailure("the connection was cut off instead of closed");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.GetMemory(16 * 1024), _ending.Token);
                if (part.MessageType == WebSocketMessageType.Close) break;
                buffer.Advance(part.Count);
                if (!part.EndOfMessage) continue;
                Take(buffer.WrittenSpan, part.MessageType);
                buffer.ResetWrittenCount();
            }
            _transcript.Add(_name, '<', $"(goodbye {Goodbye?.Status}: {Goodbye?.Reason})");
            Inbox.End($"the server closed the connection with {Goodbye?.Status}: {Goodbye?.Reason}");
            if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _ending.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            Inbox.End($"the connection was lost: {exception.Message}");
        }
    }

    private void Take(ReadOnlySpan<byte> message, WebSocketMessageType type)
    {
        _transcript.Add(_name, '<', Encoding.UTF8.GetString(message));
        if (type != WebSocketMessageType.Text) Inbox.Violate("the server sends binary where text is due");
        else if (!TryParse(message, out var parsed)) Inbox.Violate("what the server sends is no JSON");
        else if (_rules?.Received(parsed) is { } rule) Inbox.Violate(rule);
        else Add(parsed);
    }

    private void Add(JsonElement message)
    {
        if (_rules is not null && Inbox.Says(message, "type", "welcome")) HasSaidHello = true;
        Inbox.Add(message);
    }

    private static bool TryParse(ReadOnlySpan<byte> utf8, out JsonElement parsed)
    {
        try
        {
            parsed = JsonElement.Parse(utf8);
            return true;
        }
        catch (JsonException)
        {
            parsed = default;
            return false;
        }
    }
}
