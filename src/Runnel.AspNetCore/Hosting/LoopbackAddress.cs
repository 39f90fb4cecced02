using System.Net;
using Microsoft.AspNetCore.Http;

namespace Runnel.AspNetCore.Hosting;

/// <summary>Which addresses only this machine reaches.</summary>
public static class LoopbackAddress
{
    /// <summary>
    /// Whether a server that listens on <paramref name="url"/>, such as <c>http://127.0.0.1:8080</c>, is reached by this machine only:
    /// a loopback address, <c>localhost</c>, or a unix socket or named pipe.
    /// </summary>
    /// <exception cref="FormatException"><paramref name="url"/> is no address to listen on.</exception>
    public static bool Covers(string url)
    {
        var address = BindingAddress.Parse(url);
        if (address.IsUnixPipe || address.IsNamedPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
    }
}
