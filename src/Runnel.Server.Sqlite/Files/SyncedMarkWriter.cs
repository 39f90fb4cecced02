using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Files;

/// <summary>Keeps the mark at most a second behind the commits, off their path. Safe for use by many threads.</summary>
internal sealed class SyncedMarkWriter : IDisposable
{
    // A mark costs two syncs: once a second they are lost among the commits' own.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly string _directory;
    private readonly Action<StreamStoreException> _failed;
    private readonly ITimer _timer;
    private (long Commit, byte[] Chain)? _due;
    private bool _isClosed;

    /// <summary>Makes the writer; <paramref name="failed"/> hears of a device that failed.</summary>
    public SyncedMarkWriter(string directory, TimeProvider time, Action<StreamStoreException> failed)
    {
        _directory = directory;
        _failed = failed;
        _timer = time.CreateTimer(_ => WriteDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Says that <paramref name="commit"/>, with this chain hash, is synced; the mark is written within the second.</summary>
    public void Note(long commit, byte[] chain)
    {
        lock (_gate)
        {
            if (_isClosed) return;
            if (_due is null) _timer.Change(Delay, Timeout.InfiniteTimeSpan);
            _due = (commit, chain);
        }
    }

    /// <summary>Writes what is due and stops.</summary>
    public void Dispose()
    {
        lock (_gate) _isClosed = true;
        _timer.Dispose();
        WriteDue();
    }

    private void WriteDue()
    {
        lock (_writing)
        {
            (long Commit, byte[] Chain)? due;
            lock (_gate) (due, _due) = (_due, null);
            if (due is not { } mark) return;
            try
            {
                new SyncedMark(mark.Commit, Convert.ToHexStringLower(mark.Chain)).Write(_directory);
            }
            catch (StreamStoreException exception) when (exception.Fault == StoreFault.Full)
            {
                // Room may come back: another second does no harm.
                lock (_gate)
                {
                    if (_due is not null || _isClosed) return;
                    _due = mark;
                    _timer.Change(Delay, Timeout.InfiniteTimeSpan);
                }
            }
            catch (StreamStoreException exception)
            {
                _failed(exception);
            }
        }
    }
}
