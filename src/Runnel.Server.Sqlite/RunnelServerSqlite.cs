using Runnel.Server;
using Runnel.Server.Sqlite;
using Runnel.Server.Stores;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a Runnel server keep its streams in SQLite.</summary>
public static class RunnelServerSqlite
{
    /// <summary>
    /// Keeps the streams in <paramref name="dataDirectory"/>, which is made where it is missing and which one process at a time has.
    /// It is opened when the server starts; one that cannot be used, or is damaged, stops the start with a <see cref="StreamStoreException"/>.
    /// </summary>
    public static IRunnelServerBuilder UseSqlite(this IRunnelServerBuilder builder, string dataDirectory)
    {
        builder.Services.AddSingleton<IStreamStore>(services =>
        {
            var options = new SqliteStreamStoreOptions { DataDirectory = dataDirectory, TimeProvider = services.GetRequiredService<TimeProvider>() };
            // Services are made without awaiting; this happens once, before the first request.
            return SqliteStreamStore.OpenAsync(options).AsTask().GetAwaiter().GetResult();
        });
        return builder;
    }
}
