namespace Runnel.Faults.Tests.Device;

/// <summary>
/// A disk as far as crashes are concerned: what files hold, what of it is synced, and what a loss of power may leave of the rest. A
/// sync makes a file's bytes durable; its name is durable once its directory was synced.
/// </summary>
internal sealed class DeviceModel(string root)
{
    // What disks write as a whole.
    private const int SectorBytes = 512;

    private readonly Dictionary<string, ModelFile> _names = [];
    private readonly Dictionary<string, ModelFile> _durableNames = [];
    private readonly List<NameChange> _nameChanges = [];

    /// <summary>Whether a loss of power could take anything back.</summary>
    public bool HasUnsynced => _nameChanges.Count > 0 || _names.Values.Any(file => file.Pending.Count > 0);

    /// <summary>Whether a file has to survive a crash: shared memory and locks hold nothing that does.</summary>
    public static bool Survives(string name) => !name.EndsWith("-shm", StringComparison.Ordinal) && !name.EndsWith(".lock", StringComparison.Ordinal);

    public void Do(DeviceOperation operation)
    {
        var name = Relative(operation.Path);
        if (!Survives(name)) return;
        switch (operation.Kind)
        {
            case 'C': Create(name); break;
            case 'M': Rename(name, names => names[name] = new ModelFile { IsDirectory = true }); break;
            case 'W': _names[name].Change(new Change(operation.Number, operation.Bytes)); break;
            case 'T': _names[name].Change(new Change(operation.Number, null)); break;
            case 'S': Sync(name); break;
            case 'R': Move(name, Relative(operation.Text)); break;
            case 'U': Rename(name, names => names.Remove(name)); break;
            case 'N': break;
            default: throw new InvalidOperationException($"An operation of kind {operation.Kind}.");
        }
    }

    /// <summary>What the end of the process leaves: all of it.</summary>
    public DeviceImage Everything() => new([.. _names.Select(pair => (pair.Key, pair.Value.IsDirectory ? null : pair.Value.Current.ToArray()))]);

    /// <summary>What a loss of power leaves at least: what was synced, under names that were.</summary>
    public DeviceImage Synced() => new([.. _durableNames.Select(pair => (pair.Key, pair.Value.IsDirectory ? null : pair.Value.Durable.ToArray()))]);

    /// <summary>What a loss of power may leave: besides, any of the other writes, in any order, torn between sectors; names in their order.</summary>
    public DeviceImage Torn(Random random)
    {
        var names = new Dictionary<string, ModelFile>(_durableNames);
        foreach (var change in _nameChanges.Take(random.Next(_nameChanges.Count + 1))) change.Apply(names);
        return new DeviceImage([.. names.Select(pair => (pair.Key, pair.Value.IsDirectory ? null : pair.Value.Tear(random, SectorBytes)))]);
    }

    private void Create(string name)
    {
        var file = new ModelFile();
        Rename(name, names => names[name] = file);
    }

    private void Move(string from, string to)
    {
        var file = _names[from];
        Rename(to, names =>
        {
            names.Remove(from);
            names[to] = file;
        });
    }

    private void Rename(string name, Action<Dictionary<string, ModelFile>> change)
    {
        change(_names);
        _nameChanges.Add(new NameChange(DirectoryOf(name), change));
    }

    // A directory's sync takes along the names in it, and no others.
    private void Sync(string name)
    {
        if (_names.TryGetValue(name, out var file) && !file.IsDirectory)
        {
            file.Sync();
            return;
        }
        foreach (var change in _nameChanges.Where(change => change.Directory == name)) change.Apply(_durableNames);
        _nameChanges.RemoveAll(change => change.Directory == name);
    }

    private static string DirectoryOf(string name) => Path.GetDirectoryName(name)!;

    private string Relative(string path) => path.Length <= root.Length ? "" : path[(root.Length + 1)..];

    private sealed record NameChange(string Directory, Action<Dictionary<string, ModelFile>> Apply);

    private readonly record struct Change(long At, byte[]? Bytes)
    {
        public void ApplyTo(List<byte> content)
        {
            if (Bytes is null)
            {
                Resize(content, (int)At);
                return;
            }
            Put(content, 0, Bytes.Length);
        }

        public void Put(List<byte> content, int from, int count)
        {
            var end = (int)At + from + count;
            if (content.Count < end) Resize(content, end);
            Bytes.AsSpan(from, count).CopyTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(content)[((int)At + from)..]);
        }

        private static void Resize(List<byte> content, int size)
        {
            if (content.Count > size) content.RemoveRange(size, content.Count - size);
            else System.Runtime.InteropServices.CollectionsMarshal.SetCount(content, Cleared(content, size));
        }

        // SetCount leaves old bytes where there were some.
        private static int Cleared(List<byte> content, int size)
        {
            content.AddRange(new byte[size - content.Count]);
            return size;
        }
    }

    private sealed class ModelFile
    {
        public bool IsDirectory { get; init; }

        public List<byte> Current { get; } = [];

        public List<byte> Durable { get; private set; } = [];

        public List<Change> Pending { get; } = [];

        public void Change(Change change)
        {
            change.ApplyTo(Current);
            Pending.Add(change);
        }

        public void Sync()
        {
            if (Pending.Count == 0) return;
            foreach (var change in Pending) change.ApplyTo(Durable);
            Pending.Clear();
        }

        public byte[] Tear(Random random, int sector)
        {
            var content = new List<byte>(Durable);
            var keep = random.Next(1, 100);
            foreach (var change in Pending)
            {
                if (change.Bytes is not { } bytes)
                {
                    if (random.Next(100) < keep) change.ApplyTo(content);
                    continue;
                }
                for (var from = 0; from < bytes.Length;)
                {
                    // Up to the end of the sector that this byte lies in.
                    var count = Math.Min(bytes.Length - from, sector - (int)((change.At + from) % sector));
                    if (random.Next(100) < keep) change.Put(content, from, count);
                    from += count;
                }
            }
            return [.. content];
        }
    }
}

/// <summary>Files as a crash left them; a directory has no bytes.</summary>
internal sealed record DeviceImage(IReadOnlyList<(string Name, byte[]? Bytes)> Files)
{
    /// <summary>Puts them into a directory.</summary>
    public void WriteTo(string directory)
    {
        foreach (var (name, bytes) in Files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var path = Path.Combine(directory, name);
            if (bytes is null)
            {
                Directory.CreateDirectory(path);
                continue;
            }
            if (Directory.Exists(Path.GetDirectoryName(path))) File.WriteAllBytes(path, bytes);
        }
    }
}
