using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>
/// A commit's directory as bytes: a version, then for each append its flags, its stream, and what the flags announce. The order of
/// members is the format; a new one needs a new version.
/// </summary>
internal sealed class DirectoryCodec
{
    private const byte Version = 1;

    // Settings repeat from stream to stream: one instance serves them all.
    private readonly Dictionary<CanonicalJson, StreamSettings> _settings = [];

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Created = 1,
        Settings = 2,
        Deleted = 4,
        Events = 8,
        Runs = 16,
        Names = 32,
        All = 63,
    }

    [Flags]
    private enum RunParts : byte
    {
        None = 0,
        NewClient = 1,
        Nonce = 2,
        All = 3,
    }

    /// <summary>Writes the directory of a commit.</summary>
    public static void Write(ByteWriter writer, IReadOnlyList<AppendEntry> entries)
    {
        writer.WriteByte(Version);
        writer.WriteNumber(entries.Count);
        foreach (var entry in entries) Write(writer, entry);
    }

    /// <summary>Reads the directory of a commit whose events take <paramref name="eventBytes"/> bytes.</summary>
    /// <exception cref="FormatException">The bytes are no directory that this version knows.</exception>
    public IReadOnlyList<AppendEntry> Read(ReadOnlySpan<byte> directory, long eventBytes)
    {
        var reader = new ByteReader(directory);
        var version = reader.ReadByte();
        if (version != Version) throw new FormatException($"The directory has version {version}, and this version of Runnel reads {Version}.");
        var entries = new AppendEntry[reader.ReadCount()];
        var offset = 0L;
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = ReadEntry(ref reader, (int)offset);
            offset += entries[i].Block.Length;
            if (offset > eventBytes) break;
        }
        if (offset != eventBytes) throw new FormatException($"The appends have {offset} bytes of events, and the commit has {eventBytes}.");
        if (!reader.IsAtEnd) throw new FormatException($"{reader.Remaining} bytes follow the last append.");
        return entries;
    }

    private static void Write(ByteWriter writer, AppendEntry entry)
    {
        writer.WriteByte((byte)PartsOf(entry));
        writer.WriteNumber(entry.Stream);
        writer.WriteNumber(entry.ExpectedHead);
        if (entry.Created is { } created)
        {
            writer.WriteText(created.Name.Value);
            writer.WriteText(created.Id);
            writer.WriteNumber(created.CreatedAt.UtcTicks);
        }
        if (entry.Settings is { } settings) writer.WriteText(settings.ToString());
        if (entry.Block is { Events: > 0 } block)
        {
            writer.WriteNumber(block.Events);
            writer.WriteNumber(block.Length);
            writer.WriteHash(block.Checksum);
        }
        if (entry.Runs.Length > 0) WriteRuns(writer, entry.Runs);
        if (entry.NewNames.Count > 0) WriteNames(writer, entry.NewNames);
    }

    private static Parts PartsOf(AppendEntry entry) =>
        (entry.Created is null ? Parts.None : Parts.Created)
        | (entry.Settings is null ? Parts.None : Parts.Settings)
        | (entry.IsDelete ? Parts.Deleted : Parts.None)
        | (entry.Block.Events == 0 ? Parts.None : Parts.Events)
        | (entry.Runs.Length == 0 ? Parts.None : Parts.Runs)
        | (entry.NewNames.Count == 0 ? Parts.None : Parts.Names);

    private static void WriteRuns(ByteWriter writer, EntryRun[] runs)
    {
        writer.WriteNumber(runs.Length);
        foreach (var run in runs)
        {
            writer.WriteByte((byte)((run.NewClient is null ? RunParts.None : RunParts.NewClient) | (run.After.Nonce is null ? RunParts.None : RunParts.Nonce)));
            writer.WriteNumber(run.Client);
            if (run.NewClient is { } client) writer.WriteText(client.Value);
            writer.WriteNumber(run.FirstClientSeq);
            writer.WriteNumber(run.Count);
            writer.WriteNumber(run.After.LastPrecedingSeq.Value);
            writer.WriteNumber(run.After.Session);
            if (run.After.Nonce is { } nonce) writer.WriteText(nonce);
        }
    }

    private static void WriteNames(ByteWriter writer, IReadOnlyList<NewName> names)
    {
        writer.WriteNumber(names.Count);
        foreach (var (collection, field) in names)
        {
            writer.WriteText(collection.Value);
            writer.WriteText(field?.Value ?? "");
        }
    }

    private AppendEntry ReadEntry(ref ByteReader reader, int offset)
    {
        var parts = (Parts)reader.ReadByte();
        if ((parts & ~Parts.All) != 0) throw new FormatException($"An append has unknown parts: {(byte)parts}.");
        var entry = new AppendEntry(ReadInt(ref reader), reader.ReadNumber())
        {
            Created = parts.HasFlag(Parts.Created) ? ReadCreated(ref reader) : null,
            Settings = parts.HasFlag(Parts.Settings) ? ReadSettings(ref reader) : null,
            IsDelete = parts.HasFlag(Parts.Deleted),
            Block = parts.HasFlag(Parts.Events) ? new EntryBlock(ReadInt(ref reader), offset, ReadInt(ref reader), reader.ReadHash()) : default,
            Runs = parts.HasFlag(Parts.Runs) ? ReadRuns(ref reader) : [],
            NewNames = parts.HasFlag(Parts.Names) ? ReadNames(ref reader) : [],
        };
        if (PartsOf(entry) != parts) throw new FormatException($"An append announces {parts} and has {PartsOf(entry)}.");
        return entry;
    }

    private static NewStream ReadCreated(ref ByteReader reader)
    {
        var (name, id, ticks) = (reader.ReadText(), reader.ReadText(), reader.ReadNumber());
        if (ticks > DateTimeOffset.MaxValue.UtcTicks) throw new FormatException($"A time of {ticks} ticks is none.");
        return new NewStream(StreamName.Parse(name), id, new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    private StreamSettings ReadSettings(ref ByteReader reader)
    {
        var wire = CanonicalJson.Parse(reader.ReadText());
        if (!_settings.TryGetValue(wire, out var settings)) _settings.Add(wire, settings = StreamSettings.Parse(wire));
        return settings;
    }

    private static EntryRun[] ReadRuns(ref ByteReader reader)
    {
        var runs = new EntryRun[reader.ReadCount()];
        for (var i = 0; i < runs.Length; i++)
        {
            var parts = (RunParts)reader.ReadByte();
            if ((parts & ~RunParts.All) != 0) throw new FormatException($"A run has unknown parts: {(byte)parts}.");
            var number = ReadInt(ref reader);
            ClientId? client = parts.HasFlag(RunParts.NewClient) ? ClientId.Parse(reader.ReadText()) : null;
            var (first, count) = (reader.ReadNumber(), ReadInt(ref reader));
            var (preceding, session) = (new Seq(reader.ReadNumber()), reader.ReadNumber());
            var nonce = parts.HasFlag(RunParts.Nonce) ? reader.ReadText() : null;
            runs[i] = new EntryRun(number, client, first, count, new ClientState(first + count - 1, preceding, session, nonce));
        }
        return runs;
    }

    private static NewName[] ReadNames(ref ByteReader reader)
    {
        var names = new NewName[reader.ReadCount()];
        for (var i = 0; i < names.Length; i++)
        {
            var (collection, field) = (reader.ReadText(), reader.ReadText());
            names[i] = new NewName(CollectionName.Parse(collection), field.Length == 0 ? null : FieldName.Parse(field));
        }
        return names;
    }

    private static int ReadInt(ref ByteReader reader)
    {
        var number = reader.ReadNumber();
        return number <= int.MaxValue ? (int)number : throw new FormatException($"{number} is too large here.");
    }
}
