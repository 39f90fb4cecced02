// A process whose files the preloaded library stands in front of. Arguments: what to do, and how:
//   record-store DIRECTORY LOG LIFETIME COMMITS PADDING END     one lifetime, which ends by itself or with the END-th call
//   record-rows FILE LOG LIFETIME COMMITS PADDING END           the same of a local store
//   fail-store DIRECTORY CALL FAULT FIRST LAST                  the k-th call fails, for each k
//   fail-rows DIRECTORY CALL FAULT FIRST LAST                   the same of a local store
//   fail-server DIRECTORY CALL FAULT FIRST LAST                 the same of a whole server that is spoken to over HTTP
using System.Globalization;
using Runnel.Faults.Worker;

Device.Attach();
switch (args[0])
{
    case "record-store":
        Begin(Path.GetDirectoryName(args[1])!);
        return await Recording.RunStoreAsync(args[1], Number(3), Number(4), Number(5));
    case "record-rows":
        Begin(Path.GetDirectoryName(args[1])!);
        return await Recording.RunRowsAsync(args[1], Number(3), Number(4), Number(5));
    case "fail-store":
        return await FailingRun.EachAsync(args[1], Call(), Fault(), Number(4), Number(5), directory => new FailingStore(directory, Call()));
    case "fail-rows":
        return await FailingRun.EachAsync(args[1], Call(), Fault(), Number(4), Number(5), directory => new FailingRows(directory, Call()));
    case "fail-server":
        return await FailingRun.EachAsync(args[1], Call(), Fault(), Number(4), Number(5), directory => new FailingServer(directory));
    default:
        return 2;
}

void Begin(string watched)
{
    Device.Watch(watched);
    Device.Record(args[2]);
    Device.Arm(DeviceCall.Any, Number(6), DeviceFault.End, isLasting: false);
}

int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);

DeviceCall Call() => Enum.Parse<DeviceCall>(args[2]);

DeviceFault Fault() => Enum.Parse<DeviceFault>(args[3]);
