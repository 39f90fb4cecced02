using System.Text;
using System.Text.RegularExpressions;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>Keeps <c>docs/merge-state.md</c> true.</summary>
public partial class MergeStateDocumentTests
{
    [Fact]
    public void The_documented_example_is_what_the_rules_make_of_it()
    {
        var settings = StreamSettings.Parse(CanonicalJson.Parse(Example("settings")));
        var events = Example("events").Split('\n').Select(line => EventCodec.ParseStored(Encoding.UTF8.GetBytes(line)));

        var records = events.Play(settings);

        Assert.Equal(CanonicalJson.Parse(Example("state")).ToString(), records.MergeState());
        Assert.Equal(Example("mergeHash"), $"\"{records.MergeHash()}\"");
        Assert.Equal(
            CanonicalJson.Parse(Example("records")).Elements(),
            records.Visible().Select(record => CanonicalJson.Parse($$"""{"collection":"{{record.Key.Collection}}","id":"{{record.Key.Id}}","fields":{{record.Fields}}}""")));
    }

    private static string Example(string name)
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "merge-state.md"));
        return Blocks().Matches(document).Single(block => block.Groups["name"].Value == name).Groups["text"].Value;
    }

    [GeneratedRegex("^```json (?<name>\\w+)\n(?<text>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
