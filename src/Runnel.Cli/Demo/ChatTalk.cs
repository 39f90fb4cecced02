namespace Runnel.Cli.Demo;

/// <summary>People who share a workshop, a garden and their tools, and talk about it: the same talk for the same room.</summary>
internal sealed class ChatTalk(string room)
{
    private static readonly string[] People =
    [
        "Ada", "Ben", "Chidi", "Dalia", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas", "Kofi", "Lena", "Mateo", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Sami", "Tove", "Umut", "Vera", "Wim",
        "Xenia", "Yusuf", "Zoe",
    ];

    private static readonly string[] Things =
    [
        "band saw", "big drill", "belt sander", "lathe", "router table", "glue press", "soldering station", "bench vice", "pressure washer", "wheelbarrow", "tall ladder", "hedge trimmer", "tile cutter",
        "label printer", "sewing machine", "workbench", "extractor", "cordless screwdriver", "jointer", "3D printer", "compost sieve", "rain barrel",
    ];

    private static readonly string[] Parts = ["belt", "fuse", "blade", "switch", "bearing", "spring", "left handle", "filter", "cable", "chuck"];

    private static readonly string[] Stuff = ["wood glue", "two clamps", "a new blade", "sandpaper, 120 and 240", "linseed oil", "safety glasses", "a longer cable", "bolts, M6", "an old towel", "patience"];

    private static readonly string[] Days = ["today", "tomorrow", "on Saturday", "after work", "this evening", "on Sunday morning", "next week"];

    private static readonly string[] Asking =
    [
        "Is the {thing} free {day}?", "Who has the {thing}?", "The {thing} makes a noise like a coffee mill. Is that the {part}?", "Does the {thing} need {stuff}?",
        "Can somebody show me the {thing} {day}?", "I cannot find the {part} of the {thing}.", "How long may I keep the {thing}?", "Has anybody used the {thing} with {stuff}?",
    ];

    private static readonly string[] Telling =
    [
        "{name}: I have it until Friday, come by {day}.", "{name}: try {stuff} first.", "{name}: it lies behind the {thing}.", "{name}: mine did that too. It was the {part}.", "{name}, thank you!",
        "Yes, but bring {stuff}.", "Please switch the extractor on, {name}.", "The {thing} is clean again, and back on its shelf.", "Somebody left {stuff} next to the {thing}.", "On my way.",
        "Back in ten minutes.", "I ordered a new {part}; it comes {day}.", "The shelf for the kitchen is done. Three coats of oil, and it looks as if it had always been there.", "Same here.", ":)",
        "We are six {day}, so the {thing} is taken from ten to twelve.", "No idea. {name} would know.", "I will write it on the board.", "It works! It was only the {part}.",
    ];

    // The same history on every machine: nothing about it is a secret.
    private readonly Random _chance = new(room.Length * 7_919);
    private TimeSpan _since;
    private string _last = People[0];

    /// <summary>Who says what next, and how long after the beginning.</summary>
    public (string Author, string Text, TimeSpan Since) Next()
    {
        var author = Pick(People);
        var text = Fill(_chance.Next(3) == 0 ? Pick(Asking) : Pick(Telling));
        if (_chance.Next(9) == 0) text += " " + Fill(Pick(Telling));
        _since += TimeSpan.FromSeconds(Math.Pow(_chance.NextDouble(), 4) * 3_600);
        _last = author;
        return (author, text, _since);
    }

    private string Fill(string sentence) => sentence
        .Replace("{thing}", Pick(Things), StringComparison.Ordinal)
        .Replace("{part}", Pick(Parts), StringComparison.Ordinal)
        .Replace("{stuff}", Pick(Stuff), StringComparison.Ordinal)
        .Replace("{day}", Pick(Days), StringComparison.Ordinal)
        .Replace("{name}", _last, StringComparison.Ordinal);

    private string Pick(string[] words) => words[_chance.Next(words.Length)];
}
