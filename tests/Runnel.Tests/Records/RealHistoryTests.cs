using System.Text;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>Histories that nobody wrote for Runnel, against final states that were computed apart from it.</summary>
public class RealHistoryTests
{
    [Theory]
    [InlineData("files-linear", "causal", "deleteWins")]
    [InlineData("files-branched", "causal", "deleteWins")]
    [InlineData("files-branched", "causal", "updateWins")]
    [InlineData("files-branched", "total", "deleteWins")]
    [InlineData("files-branched", "total", "updateWins")]
    public void A_real_history_ends_in_its_real_state(string history, string order, string onConcurrentDelete)
    {
        var settings = StreamSettings.Parse(CanonicalJson.Parse(
            $$"""{"order":"{{order}}","collections":{"file":{"onConcurrentDelete":"{{onConcurrentDelete}}"} } }"""));
        var events = Read($"{history}.ndjson");
        var want = CanonicalJson.Parse(File.ReadAllText(Repository.RealHistory($"{history}.{order}-{onConcurrentDelete}.json"))).Elements();

        var inOrder = events.Play(settings);
        Assert.Equal(want, inOrder.Visible().Select(record => Write(record.Key, record.Fields)));

        new Random(1).Shuffle(events);
        var anyhow = events.Merge(settings);
        Assert.Equal(want, from pair in anyhow let fields = pair.Value.Visible where fields is not null select Write(pair.Key, fields.Value));
    }

    private static CanonicalJson Write(ObjectKey key, CanonicalJson fields) => CanonicalJson.FromObject(
        [new("collection", CanonicalJson.FromString(key.Collection.Value)), new("fields", fields), new("id", CanonicalJson.FromString(key.Id.Value))]);

    /// <summary>The events of a history, one a line, without seq: line n has seq n.</summary>
    private static StreamEvent[] Read(string name) =>
        [.. File.ReadLines(Repository.RealHistory(name)).Select((line, index) => Read(line, new Seq(index + 1)))];

    private static StreamEvent Read(string line, Seq seq)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        Assert.True(EventCodec.TryParseDraft(bytes, out var draft, out var refusal), refusal?.Message);
        var client = CanonicalJson.Parse(line).Members().Single(member => member.Key == "client").Value;
        Assert.True(client.TryGetString(out var author));
        return new StreamEvent(seq, ClientId.Parse(author), default, draft.Complete(clientSeq: 0, precedingSeq: default));
    }
}
