using System.Globalization;
using Microsoft.Extensions.Options;
using Runnel.Server.Sync;

namespace Runnel.Server;

/// <summary>Refuses options that cannot work, naming each key, its value and the mend.</summary>
internal sealed class RunnelServerOptionsValidator : IValidateOptions<RunnelServerOptions>
{
    // A stored event carries names and numbers beside its fields, about 500 bytes at most; below this nothing useful fits.
    private const int MinBytes = 1024;

    // Far beyond what a request should hold: a batch is in memory several times while it is checked, numbered and written.
    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan MinTime = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RunnelServerOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        CheckRange(result, nameof(options.MaxEventBytes), options.MaxEventBytes, MinBytes, MaxBytes);
        CheckRange(result, nameof(options.MaxBatchEvents), options.MaxBatchEvents, 1, 100_000);
        CheckRange(result, nameof(options.MaxBatchBytes), options.MaxBatchBytes, MinBytes, MaxBytes);
        CheckRange(result, nameof(options.MaxQueuedRequests), options.MaxQueuedRequests, 1, 1_000_000);
        CheckRange(result, nameof(options.MaxQueuedBytes), options.MaxQueuedBytes, MinBytes, 64L * MaxBytes);
        CheckRange(result, nameof(options.MaxGroupAppends), options.MaxGroupAppends, 1, 1_000_000);
        CheckRange(result, nameof(options.MaxPageEvents), options.MaxPageEvents, 1, 100_000);
        CheckRange(result, nameof(options.MaxPageBytes), options.MaxPageBytes, MinBytes, MaxBytes);
        CheckRange(result, nameof(options.MaxMaterializedStreams), options.MaxMaterializedStreams, 0, 10_000);
        CheckRange(result, nameof(options.MaxConcurrentReplays), options.MaxConcurrentReplays, 1, 1_000);
        CheckRange(result, nameof(options.MaxImportWindow), options.MaxImportWindow, 1, 100_000);
        CheckRange(result, nameof(options.IdleTimeout), options.IdleTimeout);
        CheckSync(result, options.Sync);
        if (options.MaxBatchBytes < options.MaxEventBytes)
        {
            AddError(result, nameof(options.MaxBatchBytes), Text(options.MaxBatchBytes), $"choose at least {nameof(options.MaxEventBytes)}, {Text(options.MaxEventBytes)}, or no such event could be sent");
        }
        return result.Build();
    }

    private static void CheckSync(ValidateOptionsResultBuilder result, SyncOptions sync)
    {
        CheckRange(result, Sync(nameof(sync.MaxStreams)), sync.MaxStreams, 1, 1_000_000);
        CheckRange(result, Sync(nameof(sync.HelloTimeout)), sync.HelloTimeout);
        CheckRange(result, Sync(nameof(sync.PingInterval)), sync.PingInterval);
        CheckRange(result, Sync(nameof(sync.SilenceTimeout)), sync.SilenceTimeout);
        CheckRange(result, Sync(nameof(sync.SendTimeout)), sync.SendTimeout);
        CheckRange(result, Sync(nameof(sync.MaxPublishesInFlight)), sync.MaxPublishesInFlight, 1, 1_000_000);
        CheckRange(result, Sync(nameof(sync.MaxFetchesInFlight)), sync.MaxFetchesInFlight, 1, 10_000);
        CheckRange(result, Sync(nameof(sync.MaxWaitingBytes)), sync.MaxWaitingBytes, MinBytes, MaxBytes);
        CheckRange(result, Sync(nameof(sync.MaxWaitingSignals)), sync.MaxWaitingSignals, 1, 1_000_000);
        CheckRange(result, Sync(nameof(sync.MaxFrameBytes)), sync.MaxFrameBytes, MinBytes, MaxBytes);
        CheckRange(result, Sync(nameof(sync.MaxFrameEvents)), sync.MaxFrameEvents, 1, 100_000);

        static string Sync(string key) => $"{nameof(RunnelServerOptions.Sync)}:{key}";
    }

    private static void CheckRange(ValidateOptionsResultBuilder result, string key, long value, long min, long max)
    {
        if (value < min || value > max) AddError(result, key, Text(value), $"choose {Text(min)} to {Text(max)}");
    }

    private static void CheckRange(ValidateOptionsResultBuilder result, string key, TimeSpan value)
    {
        if (value < MinTime || value > MaxTime) AddError(result, key, value.ToString("c", CultureInfo.InvariantCulture), $"choose {MinTime:c} to {MaxTime:c}");
    }

    private static void AddError(ValidateOptionsResultBuilder result, string key, string value, string mend) =>
        result.AddError($"{RunnelServerOptions.Section}:{key} is {value}; {mend}.");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
