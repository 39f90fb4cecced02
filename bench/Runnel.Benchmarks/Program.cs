using Runnel.Benchmarks;

switch (args)
{
    case ["store", .. var rest]:
        return await StoreBenchmark.RunAsync(rest);
    default:
        Console.WriteLine("""
            Benchmarks, each against the limit of the machine, measured in turn in the same run:
              store [GROUP] [STREAMS] [PAIRS] [COMMITS]   the SQLite store's commits against appending to a plain file and syncing it
            """);
        return args is [] or ["--help"] ? 0 : 2;
}
