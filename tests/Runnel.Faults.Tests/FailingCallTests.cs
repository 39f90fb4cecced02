using Runnel.Faults.Tests.Device;
using Runnel.Faults.Worker;

namespace Runnel.Faults.Tests;

/// <summary>
/// The k-th call of a real process to its files fails, for every k: what is acknowledged stays, what is not is said, and the next start
/// finds all of it.
/// </summary>
public abstract class FailingCallTests(ITestOutputHelper output)
{
    // Beyond the first hundred, openings and closings only repeat themselves, and one error stands for the others.
    private const int Last = 300, LastOfTheSame = 100;

    public static TheoryData<DeviceCall, DeviceFault, int> Faults => new(
        (DeviceCall.Write, DeviceFault.EIO, Last), (DeviceCall.Write, DeviceFault.ENOSPC, Last), (DeviceCall.Write, DeviceFault.EINTR, Last), (DeviceCall.Write, DeviceFault.Short, LastOfTheSame),
        (DeviceCall.Sync, DeviceFault.EIO, Last), (DeviceCall.Sync, DeviceFault.ENOSPC, Last), (DeviceCall.Sync, DeviceFault.EINTR, Last),
        (DeviceCall.Resize, DeviceFault.EIO, Last), (DeviceCall.Resize, DeviceFault.ENOSPC, LastOfTheSame), (DeviceCall.Resize, DeviceFault.EINTR, LastOfTheSame),
        (DeviceCall.Open, DeviceFault.EIO, Last), (DeviceCall.Open, DeviceFault.ENOSPC, LastOfTheSame), (DeviceCall.Open, DeviceFault.EINTR, LastOfTheSame), (DeviceCall.Open, DeviceFault.EMFILE, LastOfTheSame),
        (DeviceCall.Read, DeviceFault.EIO, Last), (DeviceCall.Read, DeviceFault.EINTR, LastOfTheSame), (DeviceCall.Read, DeviceFault.Short, LastOfTheSame),
        (DeviceCall.Name, DeviceFault.EIO, LastOfTheSame), (DeviceCall.Name, DeviceFault.ENOSPC, LastOfTheSame));

    protected async Task FailAsync(string what, DeviceCall call, DeviceFault fault, int last)
    {
        using var directory = new TemporaryDirectory();

        var results = await WorkerProcess.FailAsync(what, directory.Path, call, fault, 1, last);

        output.WriteLine($"{results.Count} runs, {results.Count(result => result.Said.Count > 0)} told of the fault.");
        Assert.Equal(last, results.Count);
        Assert.All(results, result => Assert.True(result.Wrong is null, $"{call} {result.Number} failed with {fault}: {result.Wrong} It had said: {string.Join(" / ", result.Said)}"));
        Assert.All(results, result => Assert.True(result.Fired == 1, $"There were fewer than {result.Number} calls of {call}."));
    }
}

/// <summary>The server's store.</summary>
public sealed class FailingStoreTests(ITestOutputHelper output) : FailingCallTests(output)
{
    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_store_whose_kth_call_fails_keeps_what_it_acknowledged(DeviceCall call, DeviceFault fault, int last) => FailAsync("fail-store", call, fault, last);
}

/// <summary>The client's store, and a server as a whole.</summary>
public sealed class FailingRowsTests(ITestOutputHelper output) : FailingCallTests(output)
{
    [Theory]
    [MemberData(nameof(Faults))]
    public Task A_local_store_whose_kth_call_fails_keeps_what_it_wrote(DeviceCall call, DeviceFault fault, int last) => FailAsync("fail-rows", call, fault, last);

    [Theory]
    [InlineData(DeviceCall.Write, DeviceFault.EIO)]
    [InlineData(DeviceCall.Write, DeviceFault.ENOSPC)]
    [InlineData(DeviceCall.Sync, DeviceFault.EIO)]
    [InlineData(DeviceCall.Any, DeviceFault.EIO)]
    public Task A_server_whose_kth_call_fails_answers_truly(DeviceCall call, DeviceFault fault) => FailAsync("fail-server", call, fault, 50);
}
