using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Runnel.Protocol;

namespace Runnel.AspNetCore.Publishing;

/// <summary>The members of a JSON object that say who publishes: <c>client</c>, <c>session</c> and <c>nonce</c>, as far as they are there.</summary>
internal struct AuthorMembers
{
    // Nonces are random ids of 32 digits; twice that leaves room for other clients' taste.
    private const int MaxNonceLength = 64;

    // The largest integer that every JSON reader holds exactly.
    private const long MaxSession = (1L << 53) - 1;

    private string? _client, _nonce, _error;
    private long? _session;

    /// <summary>The session; one that is not said counts as 0.</summary>
    public readonly long Session => _session ?? 0;

    /// <summary>The nonce; <c>null</c> for none.</summary>
    public readonly string? Nonce => _nonce;

    /// <summary>Reads the member on whose name <paramref name="reader"/> stands, if it is one of these; otherwise stays there.</summary>
    /// <exception cref="JsonException">The input is not JSON.</exception>
    /// <exception cref="InvalidOperationException">The name or the text is not well-formed Unicode.</exception>
    public bool TryRead(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("client"u8)) ReadText("client", ref reader, ref _client);
        else if (reader.ValueTextEquals("nonce"u8)) ReadText("nonce", ref reader, ref _nonce);
        else if (reader.ValueTextEquals("session"u8)) ReadSession(ref reader);
        else return false;
        return true;
    }

    /// <summary>The client that publishes, or what is wrong with what was read.</summary>
    public readonly bool TryGetClient(out ClientId client, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        if (ClientId.TryParse(_client, out client) && _error is null) return true;
        refusal = (_error, _client) switch
        {
            ({ } error, _) => new Refusal(ErrorCode.InvalidMessage, error),
            (_, null) => new Refusal(ErrorCode.InvalidMessage, "client is missing."),
            _ => new Refusal(ErrorCode.InvalidName, $"\"{_client}\" is no client id: 1-64 characters of A-Z a-z 0-9 . _ : ~ -, and neither \".\" nor \"..\"."),
        };
        return false;
    }

    private void ReadText(string name, ref Utf8JsonReader reader, ref string? text)
    {
        if (text is not null) _error ??= $"{name} is there twice.";
        reader.Read();
        text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        if (reader.TokenType != JsonTokenType.String) _error ??= $"{name} is a string.";
        else if (name == "nonce" && text.Length is 0 or > MaxNonceLength) _error ??= $"nonce is 1-{MaxNonceLength} characters.";
        reader.Skip();
    }

    private void ReadSession(ref Utf8JsonReader reader)
    {
        if (_session is not null) _error ??= "session is there twice.";
        reader.Read();
        var number = 0L;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out number) || number is < 0 or > MaxSession)
        {
            _error ??= "session is an integer, 0 or more, below 2^53.";
        }
        _session = number;
        reader.Skip();
    }
}
