using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>
/// What has come and not been looked at yet. A case takes from it the oldest message of a kind: messages of one kind keep their order,
/// those of different kinds need not. Safe for use by several threads at once.
/// </summary>
internal sealed class Inbox
{
    private readonly Lock _gate = new();
    private readonly LinkedList<JsonElement> _unread = [];
    private TaskCompletionSource _news = New();
    private string? _end;
    private string? _violation;

    public void Add(JsonElement message)
    {
        lock (_gate) _unread.AddLast(message);
        Tell();
    }

    /// <summary>Nothing more will come, and why.</summary>
    public void End(string why)
    {
        lock (_gate) _end ??= why;
        Tell();
    }

    /// <summary>What has come breaks a rule that holds for all messages.</summary>
    public void Violate(string rule)
    {
        lock (_gate) _violation ??= rule;
        Tell();
    }

    /// <summary>What nobody has looked at.</summary>
    public IReadOnlyList<JsonElement> Unread()
    {
        lock (_gate) return [.. _unread];
    }

    /// <exception cref="CaseFailure">What has come broke a rule that holds for all messages.</exception>
    public void ThrowIfViolated()
    {
        lock (_gate)
        {
            if (_violation is { } rule) throw new CaseFailure(rule);
        }
    }

    /// <summary>Takes the oldest message that <paramref name="isMeant"/>.</summary>
    /// <param name="isMeant">Whether a message is the one that is waited for.</param>
    /// <param name="isInstead">Whether a message came in its stead, so that it is vain to wait on.</param>
    /// <param name="what">What is waited for, for people.</param>
    /// <param name="patience">How long.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="CaseFailure">It did not come.</exception>
    public async Task<JsonElement> TakeAsync(
        Func<JsonElement, bool> isMeant, Func<JsonElement, bool> isInstead, string what, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        impatience.CancelAfter(patience);
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (_violation is { } rule) throw new CaseFailure(rule);
                if (Find(isMeant) is { } node)
                {
                    _unread.Remove(node);
                    return node.Value;
                }
                if (Find(isInstead) is { } other) throw Instead(other.Value, what);
                if (_end is { } why) throw new CaseFailure($"{what} was due; instead, {why}");
                news = _news.Task;
            }
            try
            {
                await news.WaitAsync(impatience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new CaseFailure($"{what} did not come within {patience.TotalSeconds} s; unread: {string.Join(' ', Unread().Select(message => Transcript.Shorten(message.GetRawText())))}");
            }
        }
    }

    /// <summary>Waits until nothing more will come.</summary>
    /// <exception cref="CaseFailure">More may still come.</exception>
    public async Task EndedAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        impatience.CancelAfter(patience);
        try
        {
            while (true)
            {
                Task news;
                lock (_gate)
                {
                    if (_end is not null) return;
                    news = _news.Task;
                }
                await news.WaitAsync(impatience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CaseFailure($"the connection did not end within {patience.TotalSeconds} s");
        }
    }

    private static CaseFailure Instead(JsonElement other, string what)
    {
        var message = $"{what} was due; instead came {Transcript.Shorten(other.GetRawText())}";
        return Says(other, "code", "not_supported") ? new NotSupportedByServer(message) : new CaseFailure(message);
    }

    private LinkedListNode<JsonElement>? Find(Func<JsonElement, bool> isMeant)
    {
        for (var node = _unread.First; node is not null; node = node.Next)
        {
            if (isMeant(node.Value)) return node;
        }
        return null;
    }

    /// <summary>Whether the message's member <paramref name="name"/> is the text <paramref name="value"/>.</summary>
    public static bool Says(JsonElement message, string name, string value) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.ValueEquals(value);

    private void Tell()
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            told = _news;
            _news = New();
        }
        told.TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
