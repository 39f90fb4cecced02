using Runnel.Faults.Tests.Device;
using Runnel.Faults.Worker;

namespace Runnel.Faults.Tests;

/// <summary>
/// The k-th call of a real process to its files fails, for every k: what is acknowledged stays, what is not is said, and the next start
/// finds all of it.
/// </summary>
public abstract class FailingCallTests(ITestOutputHelper output)
{
    // Past the first lifetimes, with their new files, full pages and emptied logs, in which every kind of call is made at every place that makes it.
    private const int Last = 300;

    public static TheoryData<DeviceCall, DeviceFault> Faults
    {
        get
        {
            var faults = new TheoryData<DeviceCall, DeviceFault> { { DeviceCall.Write, DeviceFault.Short }, { DeviceCall.Read, DeviceFault.Short }, { DeviceCall.Open, DeviceFault.EMFILE } };
            foreach (var call in new[] { DeviceCall.Write, DeviceCall.Sync, DeviceCall.Resize, DeviceCall.Open, DeviceCall.Read, DeviceCall.Name })
            {
                // No device is too full to be read.
                foreach (var fault in new[] { DeviceFault.EIO, DeviceFault.ENOSPC, DeviceFault.EINTR }.Where(fault => (call, fault) != (DeviceCall.Read, DeviceFault.ENOSPC))) faults.Add(call, fault);
            }
            return faults;
        }
    }

    protected async Task FailAsync(string what, DeviceCall call, DeviceFault fault, int last = Last)
    {
        using var directory = new TemporaryDirectory();

        var results = await WorkerProcess.FailAsync(what, directory.Path, call, fault, last);

        output.WriteLine($"{results.Count} runs, {results.Count(result => result.Said.Count > 0)} told of the fault.");
        Assert.Equal(Enumerable.Range(1, last), results.Select(result => result.Number));
        Assert.All(results, result => Assert.True(result.Wrong is null, $"{call} {result.Number} failed with {fault}: {result.Wrong} It had said: {string.Join(" / ", result.Said)}"));
        Assert.All(results, result => Assert.True(result.Fired == 1, $"There were fewer than {result.Number} calls of {call}."));
    }
}

/// <summary>The server's store.</summary>
public sealed class FailingStoreTests(ITestOutputHelper output) : FailingCallTests(output)
{
    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_store_whose_kth_call_fails_keeps_what_it_acknowledged(DeviceCall call, DeviceFault fault) => FailAsync("fail-store", call, fault);
}

/// <summary>The client's store.</summary>
public sealed class FailingRowsTests(ITestOutputHelper output) : FailingCallTests(output)
{
    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_local_store_whose_kth_call_fails_keeps_what_it_wrote(DeviceCall call, DeviceFault fault) => FailAsync("fail-rows", call, fault);
}

/// <summary>A server as a whole.</summary>
public sealed class FailingServerTests(ITestOutputHelper output) : FailingCallTests(output)
{
    // Its store has been through all 300: here it is what is answered that counts.
    private const int LastOfAServer = 100;

    [Theory]
    [InlineData(DeviceCall.Write, DeviceFault.ENOSPC)]
    [InlineData(DeviceCall.Any, DeviceFault.EIO)]
    public Task A_server_whose_kth_call_fails_answers_truly(DeviceCall call, DeviceFault fault) => FailAsync("fail-server", call, fault, LastOfAServer);
}
