using System.Diagnostics;

namespace Runnel.Cli.Bench.Ways;

/// <summary>What an hour costs one way, for a number of devices.</summary>
/// <param name="Way">The way.</param>
/// <param name="Devices">How many devices share the list.</param>
/// <param name="Bytes">The bytes of all messages, up and down.</param>
/// <param name="Processor">The processor time of all devices and the server together.</param>
internal sealed record WayFigure(string Way, int Devices, long Bytes, TimeSpan Processor)
{
    /// <summary>Plays the hour.</summary>
    public static WayFigure Measure(Func<int, IWay> make, int devices)
    {
        Play(make, TodoHour.Make(2), 2);   // for the compiler
        var (bytes, time) = Play(make, TodoHour.Make(devices), devices);
        return new WayFigure(make(0).Name, devices, bytes, time);
    }

    private static (long Bytes, TimeSpan Time) Play(Func<int, IWay> make, TodoHour hour, int devices)
    {
        var all = Enumerable.Range(0, devices).Select(make).ToArray();
        var server = make(devices);
        foreach (var edit in hour.Before) Send(all, server, edit);
        var started = Stopwatch.GetTimestamp();
        var bytes = hour.During.Sum(edit => Send(all, server, edit));
        return (bytes, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Takes one edit from its author over the server to everybody; the bytes on the wire.</summary>
    private static long Send(IWay[] devices, IWay server, TodoEdit edit)
    {
        var author = devices[edit.Device];
        var sent = author.Make(edit);
        var relayed = server.Relay(sent);
        var receivers = author.ReturnsToAuthor ? devices : [.. devices.Where(device => device != author)];
        foreach (var device in receivers) device.Take(relayed);
        return sent.Length + (long)relayed.Length * receivers.Length;
    }
}
