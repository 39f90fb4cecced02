using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Files;

/// <summary>
/// The last commit that is known to be synced, kept in a file beside the journal: without it nobody could tell a journal that lost its
/// end from one that never had more.
/// </summary>
/// <param name="Commit">The commit's number.</param>
/// <param name="Chain">Its chain hash, lower-case hexadecimal.</param>
internal sealed record SyncedMark(long Commit, string Chain)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "journal.synced";

    private const string Format = "runnel-synced-1";

    /// <summary>Reads the mark in <paramref name="directory"/>; <c>null</c> if there is none.</summary>
    /// <exception cref="StreamStoreException">The file is damaged or cannot be read.</exception>
    public static SyncedMark? Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return Parse(File.ReadAllText(path)) ?? throw new StreamStoreException(
                StoreFault.Damaged, $"{path} is damaged. If a verification finds the journal whole to its end, remove this file to go on with it.");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StreamStoreException(StoreFault.Failed, $"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the mark durably.</summary>
    /// <exception cref="StreamStoreException">The device has no room, or failed.</exception>
    public void Write(string directory) => DurableFile.Replace(Path.Combine(directory, FileName), Encoding.ASCII.GetBytes(ToText()));

    /// <summary>The mark in the bytes of a file; <c>null</c> unless every one of them is as written.</summary>
    internal static SyncedMark? Parse(string text)
    {
        if (text.Split(' ') is not [_, var number, var chain, ..]) return null;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var commit)) return null;
        var mark = new SyncedMark(commit, chain);
        return mark.ToText() == text ? mark : null;
    }

    private string ToText()
    {
        var content = string.Create(CultureInfo.InvariantCulture, $"{Format} {Commit} {Chain}");
        return $"{content} {Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(content)))}\n";
    }
}
