using System.Globalization;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Sharing;

/// <summary>Names what an instance hands over: the instance, and its own count.</summary>
internal readonly record struct HandedName(string Instance, long Number)
{
    public LocalKey Key => new(LocalKind.Handed, "", string.Create(CultureInfo.InvariantCulture, $"{Instance}:{Number:D16}"));

    public static HandedName Of(string row)
    {
        var border = row.LastIndexOf(':');
        return new HandedName(row[..border], long.Parse(row.AsSpan(border + 1), CultureInfo.InvariantCulture));
    }
}
