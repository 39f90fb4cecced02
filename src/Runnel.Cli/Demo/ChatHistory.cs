using System.Globalization;
using Runnel.Client;
using Runnel.Records;
using Runnel.Protocol;
using Runnel.Server.Homes;

namespace Runnel.Cli.Demo;

/// <summary>What the chat of the demo has behind it: made up, the same every time, and stored once however often the demo is started.</summary>
internal static class ChatHistory
{
    // As many as a public help channel has in a few weeks; the last page has room for what visitors say.
    private const int Workshop = 11_612, Garden = 214, PageMessages = 500;

    private static readonly ClientId Author = ClientId.Parse("history");
    private static readonly DateTimeOffset Begin = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Stores what is not there yet.</summary>
    public static async Task StoreAsync(StreamHomes homes, CancellationToken cancellationToken)
    {
        await StoreAsync(homes, "workshop", Workshop, cancellationToken).ConfigureAwait(false);
        await StoreAsync(homes, "garden", Garden, cancellationToken).ConfigureAwait(false);
    }

    private static async Task StoreAsync(StreamHomes homes, string room, int messages, CancellationToken cancellationToken)
    {
        // Stored last: it is there only when all is.
        var name = StreamName.Parse($"chat:{room}");
        if (await homes.FindAsync(name, cancellationToken).ConfigureAwait(false) is { Head.IsNone: false }) return;
        var talk = new ChatTalk(room);
        var pages = new List<EventDraft>();
        for (var first = 0; first < messages; first += PageMessages)
        {
            var number = (first / PageMessages + 1).ToString(CultureInfo.InvariantCulture);
            var count = Math.Min(PageMessages, messages - first);
            await PublishAsync(homes, StreamName.Parse($"{name}.{number}"), Messages(talk, first, count), cancellationToken).ConfigureAwait(false);
            var isLast = first + count == messages;
            pages.Add(Insert(pages.Count, "page", number, Field("messages", CanonicalJson.FromNumber(isLast ? 0 : count))));
        }
        await PublishAsync(homes, name, pages, cancellationToken).ConfigureAwait(false);
    }

    private static List<EventDraft> Messages(ChatTalk talk, int first, int count)
    {
        var (events, place) = (new List<EventDraft>(count), OrderKey.None);
        for (var i = 0; i < count; i++)
        {
            place = OrderKey.Between(place, OrderKey.None, Author);
            var (author, text, pause) = talk.Next();
            events.Add(Insert(i, "message", $"m{first + i + 1:D6}",
                Field("at", CanonicalJson.FromString((Begin + pause).ToString("O", CultureInfo.InvariantCulture))), Field("author", CanonicalJson.FromString(author)),
                Field("place", CanonicalJson.FromString(place.Text)), Field("text", CanonicalJson.FromString(text))));
        }
        return events;
    }

    private static EventDraft Insert(int index, string collection, string id, params FieldChange[] fields) =>
        new(index + 1, Seq.None, EventOp.Insert, new ObjectKey(CollectionName.Parse(collection), ObjectId.Parse(id)), EventFields.Create(fields));

    private static FieldChange Field(string name, CanonicalJson value) => new(FieldName.Parse(name), Delta.Set(value));

    /// <summary>Events with the numbers of before are stored once.</summary>
    private static async Task PublishAsync(StreamHomes homes, StreamName stream, IReadOnlyList<EventDraft> events, CancellationToken cancellationToken)
    {
        await homes.CreateAsync(stream, StreamSettings.Default, cancellationToken).ConfigureAwait(false);
        if (await homes.PublishAsync(new PublishRequest { Stream = stream, Client = Author, Events = events }, cancellationToken).ConfigureAwait(false) is PublishResult.Refused refused)
        {
            throw new CommandFailure(ExitCode.CannotStart, $"The history of the chat cannot be stored: {refused.Refusal.Message}");
        }
    }
}
