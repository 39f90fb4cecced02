using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Runnel.Cli.Commands;

namespace Runnel.Cli.Demo;

/// <summary><c>runnel demo</c>: watches over a server of its own, which may be killed at any moment, and starts it again.</summary>
internal static class DemoCommand
{
    // A server that dies right after its start, again and again, will not live by being started once more.
    private const int MaxQuickDeaths = 3;
    private static readonly TimeSpan QuickDeath = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var command = new Command("demo", "Shows the idea in one minute: five phones and one lamp, two devices and one to-do list.") { DemoOptions.Port, CommonOptions.Data, DemoOptions.Lan };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isLan = parsed.GetValue(DemoOptions.Lan);
        var key = isLan ? IdSource.System.NewId() : null;
        var port = parsed.GetValue(DemoOptions.Port);
        if (port == 0) port = FreePort();
        for (var quickDeaths = 0; !cancellationToken.IsCancellationRequested;)
        {
            var started = Stopwatch.GetTimestamp();
            var code = await ServeAsync(parsed, port, key, isFirst: quickDeaths == 0 && !_wasAnnounced, cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested || !_wasAnnounced) return code;
            quickDeaths = Stopwatch.GetElapsedTime(started) < QuickDeath ? quickDeaths + 1 : 0;
            if (quickDeaths >= MaxQuickDeaths) throw new CommandFailure(ExitCode.Fault, "The demo's server does not stay alive; its last words are above.");
        }
        return ExitCode.Done;
    }

    private static bool _wasAnnounced;

    /// <summary>Runs the server until it ends, one way or another.</summary>
    private static async Task<int> ServeAsync(ParseResult parsed, int port, string? key, bool isFirst, CancellationToken cancellationToken)
    {
        using var server = Start(parsed, port, key);
        // The server ends when its input does: so it cannot outlive this process, however this one ends.
        await using var stop = cancellationToken.Register(server.StandardInput.Close).ConfigureAwait(false);
        if (await server.StandardOutput.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } streams && isFirst) Announce(parsed, port, key, streams);
        await server.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return server.ExitCode;
    }

    private static Process Start(ParseResult parsed, int port, string? key)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Runnel.Cli.dll"));
        start.ArgumentList.Add(DemoServerCommand.Name);
        start.ArgumentList.Add(DemoOptions.Port.Name);
        start.ArgumentList.Add(port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        start.ArgumentList.Add(CommonOptions.Data.Name);
        start.ArgumentList.Add(parsed.GetRequiredValue(CommonOptions.Data));
        if (key is not null)
        {
            start.ArgumentList.Add(DemoOptions.Lan.Name);
            start.Environment[DemoOptions.KeyVariable] = key;
        }
        return Process.Start(start) ?? throw new CommandFailure(ExitCode.CannotStart, "The demo's server cannot be started.");
    }

    private static void Announce(ParseResult parsed, int port, string? key, string streams)
    {
        _wasAnnounced = true;
        Console.WriteLine($"Runnel is running.   open  http://127.0.0.1:{port}/demo      phones on this network:  ./runnel demo --lan  (prints a QR code with a one-time key)");
        Console.WriteLine($"data {parsed.GetValue(CommonOptions.Data)} · {streams} · try in another terminal:  ./runnel tail lightswitch --follow{(port == 8080 ? "" : $" --url http://127.0.0.1:{port}")}");
        if (key is null) return;
        var address = PhoneAddress(port, key);
        Console.WriteLine();
        Console.Write(QrCode.ToText(address));
        Console.WriteLine($"Phones on this network: {address}");
    }

    /// <summary>Where a phone on the same network reaches this machine.</summary>
    internal static string PhoneAddress(int port, string key) => $"http://{LanAddress()}:{port}/demo?key={key}";

    private static IPAddress LanAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)) ?? IPAddress.Loopback;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
