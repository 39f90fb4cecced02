using System.Globalization;
using Runnel.Client;

namespace Chat.Rooms;

/// <summary>
/// A room as one device has it: its members and the list of its pages in one stream, and each page of its history in a stream of its own. The last page is always in
/// memory, so that what is said shows at once; of the others only those that were looked at last are.
/// </summary>
public sealed class Room : IAsyncDisposable
{
    // Small enough to come quickly, large enough that scrolling seldom asks for one.
    private const int PageMessages = 500;

    // More than a screen ever shows, and a bound for memory however long the history is.
    private const int MostPages = 4;

    private readonly RunnelClient _runnel;
    private readonly string _me;
    private readonly SyncedCollection<Member> _members;
    private readonly SyncedCollection<HistoryPage> _pageRecords;
    private readonly LiveList<HistoryPage> _pages;
    private readonly Dictionary<int, LoadedPage> _loaded = [];
    private readonly SemaphoreSlim _loading = new(1, 1);
    private long _uses;

    private Room(RunnelClient runnel, string key, string me, SyncedStream stream)
    {
        (_runnel, Key, _me, Stream) = (runnel, key, me, stream);
        _members = stream.Collection<Member>();
        _pageRecords = stream.Collection<HistoryPage>();
        _pages = _pageRecords.OrderBy(NumberOf).Bind();
        _pages.Changed += Note;
    }

    /// <summary>There are other messages in memory than before, or other pages.</summary>
    public event EventHandler? Changed;

    public string Key { get; }

    /// <summary>The stream of members and pages; what is typed right now goes through it as signals.</summary>
    public SyncedStream Stream { get; }

    /// <summary>How many messages the room has, as far as this device knows.</summary>
    public int Count => Numbers.Sum(CountOf);

    /// <summary>How many of them are in memory.</summary>
    public int InMemory => _loaded.Values.Sum(page => page.Messages.Count);

    /// <summary>How many this device's user has not read.</summary>
    public int Unread
    {
        get
        {
            var read = MarkOf(_me, member => new Mark(member.ReadPage, member.ReadMessages));
            return Numbers.Where(number => number >= read.Page).Sum(number => Math.Max(0, CountOf(number) - (number == read.Page ? read.Messages : 0)));
        }
    }

    /// <summary>What was said last.</summary>
    public Message? Latest => _loaded.TryGetValue(Last, out var page) && page.Messages.Count > 0 ? page.Messages[^1] : null;

    private int Last => _pages.Count == 0 ? 1 : NumberOf(_pages[^1]);

    private Mark End => new(Last, CountOf(Last));

    private IEnumerable<int> Numbers => _pages.Count == 0 ? [1] : _pages.Select(NumberOf);

    public static async Task<Room> OpenAsync(RunnelClient runnel, string key, string me)
    {
        var room = new Room(runnel, key, me, await runnel.OpenStreamAsync($"chat:{key}"));
        await room.LoadAsync(room.Last);
        return room;
    }

    /// <summary>Says something: at once, with or without a network.</summary>
    public async Task SayAsync(string text)
    {
        if (CountOf(Last) >= PageMessages) BeginPage();
        (await LoadAsync(Last)).All.Insert(new Message { Author = _me, Text = text, At = DateTimeOffset.Now });
    }

    /// <summary>The rows from <paramref name="start"/> on; pages that they are on come into memory, and others leave it.</summary>
    public async ValueTask<IReadOnlyList<Row>> ReadAsync(int start, int count)
    {
        var rows = new List<Row>(count);
        var (first, index) = (0, start);
        foreach (var number in Numbers.ToList())
        {
            var messages = CountOf(number);
            if (index < first + messages && rows.Count < count)
            {
                var page = await LoadAsync(number);
                for (; index < first + messages && rows.Count < count; index++)
                {
                    var offset = index - first;
                    rows.Add(new Row(index, new Mark(number, offset + 1), offset < page.Messages.Count ? page.Messages[offset] : null));
                }
            }
            first += messages;
        }
        await RestAsync();
        return rows;
    }

    /// <summary>How far an own message has come.</summary>
    public Receipt ReceiptOf(Row row)
    {
        if (row.Message?.SyncState != SyncState.Acknowledged) return Receipt.Kept;
        var others = _members.Where(member => member.Name != _me).ToList();
        if (others.Count == 0) return Receipt.Sent;
        if (others.TrueForAll(member => new Mark(member.ReadPage, member.ReadMessages).Reaches(row.Place))) return Receipt.Read;
        return others.TrueForAll(member => new Mark(member.DeliveredPage, member.DeliveredMessages).Reaches(row.Place)) ? Receipt.Delivered : Receipt.Sent;
    }

    /// <summary>What has come to this device is delivered; the last page may be another now.</summary>
    public async Task NoteAsync()
    {
        while (!_loaded.ContainsKey(Last)) await LoadAsync(Last);
        if (IsCaughtUp) Note(member => new Mark(member.DeliveredPage, member.DeliveredMessages), (member, mark) => (member.DeliveredPage, member.DeliveredMessages) = (mark.Page, mark.Messages));
    }

    /// <summary>The user has the newest message before their eyes.</summary>
    public void MarkRead()
    {
        if (IsCaughtUp) Note(member => new Mark(member.ReadPage, member.ReadMessages), (member, mark) => (member.ReadPage, member.ReadMessages) = (mark.Page, mark.Messages));
    }

    public async ValueTask DisposeAsync()
    {
        _pages.Dispose();
        foreach (var page in _loaded.Values) page.Dispose();
        await _loading.WaitAsync();
        _loading.Dispose();
    }

    // Before the first sync a device knows nothing of what its user has read elsewhere, and must not say otherwise.
    private bool IsCaughtUp => Stream.Status is { LastSynced: not null, Progress: 1 } && _loaded.TryGetValue(Last, out var page) && page.Stream.Status is { LastSynced: not null, Progress: 1 };

    private void Note(object? sender, EventArgs change) => Changed?.Invoke(this, EventArgs.Empty);

    private static int NumberOf(HistoryPage page) => int.Parse(page.Number, CultureInfo.InvariantCulture);

    private int CountOf(int number)
    {
        var counted = _pageRecords.TryFind(Text(number), out var page) ? page.Messages : 0;
        return _loaded.TryGetValue(number, out var loaded) ? Math.Max(counted, loaded.Messages.Count) : counted;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void BeginPage() => Stream.Batch(() =>
    {
        if (_pageRecords.TryFind(Text(Last), out var full)) full.Messages = CountOf(Last);
        else _pageRecords.Insert(new HistoryPage { Number = Text(Last), Messages = CountOf(Last) });
        _pageRecords.Insert(new HistoryPage { Number = Text(Last + 1) });
    });

    private Mark MarkOf(string name, Func<Member, Mark> mark) => _members.TryFind(name, out var member) ? mark(member) : default;

    private void Note(Func<Member, Mark> known, Action<Member, Mark> set)
    {
        var end = End;
        if (MarkOf(_me, known).Reaches(end)) return;
        Stream.Batch(() =>
        {
            if (!_members.TryFind(_me, out var member)) member = _members.Insert(new Member { Name = _me });
            set(member, end);
        });
    }

    private async Task<LoadedPage> LoadAsync(int number)
    {
        await _loading.WaitAsync();
        try
        {
            if (!_loaded.TryGetValue(number, out var page))
            {
                page = new LoadedPage(number, await _runnel.OpenStreamAsync($"chat:{Key}.{number}"));
                page.Messages.Changed += Note;
                _loaded.Add(number, page);
            }
            page.LastUse = ++_uses;
            return page;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Lets the pages rest that were looked at longest ago; what is not sent yet stays.</summary>
    private async Task RestAsync()
    {
        await _loading.WaitAsync();
        try
        {
            foreach (var page in _loaded.Values.Where(page => page.Number != Last).OrderBy(page => page.LastUse).Take(_loaded.Count - MostPages).ToList())
            {
                if (!await page.Stream.CloseAsync()) continue;
                _loaded.Remove(page.Number);
                page.Dispose();
            }
        }
        finally
        {
            _loading.Release();
        }
    }
}
