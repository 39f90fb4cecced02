using System.Security.Cryptography;

namespace Runnel.Cli.Appending;

/// <summary>A file of lines that is read more than once: to tell its hash, then to append it.</summary>
internal sealed class LineFile : IDisposable
{
    private readonly FileStream _file;

    private LineFile(FileStream file) => _file = file;

    /// <summary>The SHA-256 of the content.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>How many lines there are, blank ones left out.</summary>
    public long Count { get; private set; }

    /// <summary>Opens the file at <paramref name="path"/>; <c>-</c> is standard input, which is kept aside until all of it is there.</summary>
    public static async Task<LineFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var file = new LineFile(path == "-" ? await SpoolAsync(cancellationToken).ConfigureAwait(false) : Open(path));
        file.Hash = await SHA256.HashDataAsync(file._file, cancellationToken).ConfigureAwait(false);
        file.Count = await file.ReadAsync(cancellationToken).LongCountAsync(cancellationToken).ConfigureAwait(false);
        return file;
    }

    /// <summary>Reads the lines from the first on.</summary>
    public IAsyncEnumerable<Line> ReadAsync(CancellationToken cancellationToken)
    {
        _file.Position = 0;
        return LineReader.ReadAsync(_file, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, exception.Message);
        }
    }

    private static async Task<FileStream> SpoolAsync(CancellationToken cancellationToken)
    {
        var spool = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        using var input = Console.OpenStandardInput();
        await input.CopyToAsync(spool, cancellationToken).ConfigureAwait(false);
        spool.Position = 0;
        return spool;
    }
}
