using System.Globalization;
using System.Text;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Files;

/// <summary>Keeps a data directory to one process, for as long as it is not disposed; the end of the process ends it too.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "journal.lock";
    private const int WouldBlock = 11;                                     // EAGAIN on Linux
    private const int SharingViolation = unchecked((int)0x80070020);       // Windows

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory, making it where it is missing.</summary>
    /// <exception cref="StreamStoreException">It is in use, or cannot be written.</exception>
    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            Directory.CreateDirectory(directory);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            try
            {
                file.SetLength(0);
                file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
                file.Flush();
                return new DirectoryLock(file);
            }
            catch
            {
                file.Dispose();   // whoever tries again is not to find it locked
                throw;
            }
        }
        catch (IOException exception) when (exception.HResult is WouldBlock or SharingViolation)
        {
            var owner = DurableFile.ReadLocked(path) is { Length: > 0 } pid ? $"process {pid}" : "another process";
            throw new StreamStoreException(
                StoreFault.Unusable, $"The data directory '{directory}' is in use by {owner}. Stop that one, or choose another directory.", exception);
        }
        catch (IOException exception) when (DurableFile.FaultOf(exception.HResult) == StoreFault.Full)
        {
            throw new StreamStoreException(StoreFault.Full, $"There is no room in the data directory '{directory}'.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StreamStoreException(
                StoreFault.Unusable, $"The data directory '{directory}' cannot be written: {exception.Message} Make it writable, or choose another.", exception);
        }
    }

    /// <summary>Lets the directory go.</summary>
    public void Dispose() => _file.Dispose();
}
