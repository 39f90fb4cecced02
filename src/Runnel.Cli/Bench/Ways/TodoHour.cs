namespace Runnel.Cli.Bench.Ways;

/// <summary>One edit of a to-do list: what becomes of one task.</summary>
/// <param name="Device">Which device makes it.</param>
/// <param name="Id">The task.</param>
/// <param name="Op">What is done to it.</param>
/// <param name="Fields">The fields that are written.</param>
internal sealed record TodoEdit(int Device, string Id, EventOp Op, IReadOnlyDictionary<string, CanonicalJson> Fields);

/// <summary>The same hour of edits for every way: a list of 100 tasks, ten edits a minute, most of them ticks.</summary>
internal sealed class TodoHour
{
    private const int InitialTasks = 100;
    private const int Edits = 600;

    private static readonly string[] Words =
        ["call", "buy", "milk", "bread", "the", "plumber", "before", "friday", "book", "train", "to", "Vienna", "water", "plants", "return", "parcel", "ask", "Anna", "about", "keys"];

    private readonly Random _random;
    private readonly List<string> _ids = [];
    private int _made;

    private TodoHour(int seed) => _random = new Random(seed);

    /// <summary>The tasks that are there when the hour begins.</summary>
    public IReadOnlyList<TodoEdit> Before { get; private set; } = [];

    /// <summary>The hour's edits, in order.</summary>
    public IReadOnlyList<TodoEdit> During { get; private set; } = [];

    /// <summary>Makes the hour for a number of devices, always the same for the same number.</summary>
    public static TodoHour Make(int devices)
    {
        var hour = new TodoHour(seed: 7);
        hour.Before = [.. Enumerable.Range(0, InitialTasks).Select(_ => hour.Insert(0))];
        hour.During = [.. Enumerable.Range(0, Edits).Select(_ => hour.Next(hour._random.Next(devices)))];
        return hour;
    }

    private TodoEdit Next(int device) => _random.Next(100) switch
    {
        < 10 => Insert(device),
        < 15 => Delete(device),
        < 40 => Update(device, "title", CanonicalJson.FromString(Title())),
        _ => Update(device, "completed", CanonicalJson.FromBoolean(_random.Next(2) == 0)),
    };

    private TodoEdit Insert(int device)
    {
        var id = $"0190{_made++:D28}".Insert(8, "-").Insert(13, "-").Insert(18, "-").Insert(23, "-");
        _ids.Add(id);
        var fields = new Dictionary<string, CanonicalJson>
        {
            ["title"] = CanonicalJson.FromString(Title()),
            ["completed"] = CanonicalJson.False,
            ["label"] = CanonicalJson.FromString(_random.Next(3) == 0 ? "Red" : "None"),
        };
        return new TodoEdit(device, id, EventOp.Insert, fields);
    }

    private TodoEdit Delete(int device)
    {
        var id = _ids[_random.Next(_ids.Count)];
        _ids.Remove(id);
        return new TodoEdit(device, id, EventOp.Delete, new Dictionary<string, CanonicalJson>());
    }

    private TodoEdit Update(int device, string field, CanonicalJson value) =>
        new(device, _ids[_random.Next(_ids.Count)], EventOp.Update, new Dictionary<string, CanonicalJson> { [field] = value });

    private string Title() => string.Join(' ', Enumerable.Range(0, _random.Next(3, 9)).Select(_ => Words[_random.Next(Words.Length)]));
}
