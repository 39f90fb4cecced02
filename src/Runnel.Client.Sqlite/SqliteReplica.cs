using Runnel.Client.LocalStore;

namespace Runnel.Client.Sqlite;

/// <summary>A client's local store in one SQLite file, which any tool can open and read.</summary>
public sealed class SqliteReplica : ILocalStoreSource
{
    // Often enough that nobody notices the hand-over, seldom enough to cost nothing.
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);

    // How systems say that a file is locked.
    private const int SharingViolation = unchecked((int)0x8007_0020), WouldBlockOnLinux = 11, WouldBlockOnMac = 35;

    private readonly string _path;

    private SqliteReplica(string path) => _path = Path.GetFullPath(path);

    /// <summary>The store in the file <paramref name="path"/>, which is made when it is opened.</summary>
    public static SqliteReplica At(string path) => new(path);

    /// <inheritdoc/>
    public async ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken)
    {
        var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return new SqliteLocalStore(_path, held);
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until no other process has the store; the system lets go of it when a process ends, however it ends.</summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = _path + ".lock";
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (IsHeldByAnother(exception))
            {
                await Task.Delay(LockInterval, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                throw new LocalStoreException($"The local store {_path} cannot be opened: {exception.Message}", exception);
            }
        }
    }

    private static bool IsHeldByAnother(IOException exception) => exception.HResult switch
    {
        SharingViolation => true,
        WouldBlockOnLinux => OperatingSystem.IsLinux() || OperatingSystem.IsAndroid(),
        WouldBlockOnMac => OperatingSystem.IsMacOS() || OperatingSystem.IsIOS(),
        _ => false,
    };
}
