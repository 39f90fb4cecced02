using Microsoft.Data.Sqlite;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>
/// Readers of one journal, used again and again: as many as threads read at once, and only a few of them are kept. Safe for use by
/// many threads.
/// </summary>
internal sealed class BlockReaders(string path) : IDisposable
{
    // Reading is CPU work and copying from the page cache: more at once would not be faster.
    private static readonly int KeptReaders = 2 * Environment.ProcessorCount;

    private readonly Stack<BlockReader> _idle = new();
    private bool _isClosed;

    /// <summary>Reads with a reader that nobody else has meanwhile.</summary>
    /// <exception cref="StreamStoreException">The journal cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public T Use<T>(Func<BlockReader, T> read)
    {
        var reader = Rent();
        try
        {
            return read(reader);
        }
        finally
        {
            Return(reader);
        }
    }

    /// <summary>Closes the readers; one that is in use is closed when it comes back.</summary>
    public void Dispose()
    {
        lock (_idle)
        {
            _isClosed = true;
            while (_idle.TryPop(out var reader)) reader.Dispose();
        }
    }

    private BlockReader Rent()
    {
        lock (_idle)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SqliteStreamStore));
            if (_idle.TryPop(out var idle)) return idle;
        }
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return new BlockReader(connection, path);
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteFault.From(exception, $"{path} cannot be opened");
        }
    }

    private void Return(BlockReader reader)
    {
        reader.End();
        lock (_idle)
        {
            if (!_isClosed && _idle.Count < KeptReaders)
            {
                _idle.Push(reader);
                return;
            }
        }
        reader.Dispose();
    }
}
