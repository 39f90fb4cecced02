using Runnel.Benchmarks;

switch (args)
{
    case ["store", .. var rest]:
        return await StoreBenchmark.RunAsync(rest);
    case ["core", .. var rest]:
        return await CoreBenchmark.RunAsync(rest);
    case ["client", .. var rest]:
        return await ClientBenchmark.RunAsync(rest);
    default:
        Console.WriteLine("""
            Benchmarks, each against the limit of the machine, measured in turn in the same run:
              store [GROUP] [STREAMS] [PAIRS] [COMMITS]   the SQLite store's commits against appending to a plain file and syncing it
              core [AUTHORS] [PAIRS]                      publishes through homes and store against authors that wait for a plain append and its sync
              client setter                               a setter made durable against a bare insert and its commit
              client apply                                a catch-up of 100,000 events against bare inserts of the rows that it leaves
              client offline                              what is sent of 10,000 offline edits against sending each of them
              client open                                 a replica of 10,000 tasks opened and bound against reading its rows
              client list                                 a change in a live list of 100,000 tasks against sorting it again
            """);
        return args is [] or ["--help"] ? 0 : 2;
}
