using Runnel.Protocol;

namespace Runnel.Tests;

public class ErrorCodeTests
{
    [Theory]
    [InlineData("invalid_message", 400, false)]
    [InlineData("invalid_event", 400, false)]
    [InlineData("invalid_name", 400, false)]
    [InlineData("unknown_stream", 404, false)]
    [InlineData("settings_conflict", 409, false)]
    [InlineData("client_seq_gap", 409, false)]
    [InlineData("client_seq_conflict", 409, false)]
    [InlineData("future_preceding_seq", 409, false)]
    [InlineData("preceding_seq_regressed", 409, false)]
    [InlineData("stale_session", 409, false)]
    [InlineData("diverged", 409, false)]
    [InlineData("too_large", 413, false)]
    [InlineData("rate_limited", 429, true)]
    [InlineData("unauthorized", 401, false)]
    [InlineData("forbidden", 403, false)]
    [InlineData("overloaded", 503, true)]
    [InlineData("storage_full", 507, true)]
    [InlineData("gone", 410, false)]
    [InlineData("not_supported", 501, false)]
    [InlineData("internal", 500, true)]
    public void Codes_are_stable(string name, int status, bool isRetryable)
    {
        Assert.True(ErrorCode.TryParse(name, out var code));
        Assert.Equal((name, status, isRetryable), (code.Name, code.HttpStatus, code.IsRetryable));
    }

    [Fact]
    public void An_unknown_code_is_none() => Assert.False(ErrorCode.TryParse("Internal", out _));
}
