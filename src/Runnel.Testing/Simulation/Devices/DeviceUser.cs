using System.Globalization;
using Runnel.Client;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>
/// Somebody at a device: makes edits of every kind to a few objects that others edit as well, alone and in batches, and decides about what was
/// refused. What is written occurs nowhere else in the world, but for what is put back as it was.
/// </summary>
internal sealed class DeviceUser(DevicePlace place, Chance chance)
{
    private const int Objects = 3;

    private static readonly string[] Collections = ["note", "list"], TextFields = ["title", "memo"];

    private readonly List<string> _written = [];
    private int _count;

    /// <summary>Does something to one of the streams.</summary>
    public void Act(IReadOnlyList<WatchedStream> streams)
    {
        var stream = streams[chance.Below(streams.Count)];
        if (stream.Stream.Replica.Outbox.RejectedCount > 0 && chance.Happens(0.3)) stream.Decide(chance.Below(stream.Stream.Rejections.Count), chance.Happens(0.3));
        else if (chance.Happens(place.Swarm.BatchRate)) MakeBatch(stream);
        else for (var i = chance.Between(1, place.Swarm.MaxBurst); i > 0; i--) Make(stream, null);
    }

    /// <summary>Tries everything again that was refused, or leaves it for ever.</summary>
    public void DecideFinally(IReadOnlyList<WatchedStream> streams)
    {
        foreach (var stream in streams)
        {
            while (stream.Stream.Replica.Outbox.RejectedCount > 0 && chance.Happens(0.7)) stream.Decide(0, chance.Happens(0.2));
        }
    }

    private void MakeBatch(WatchedStream stream)
    {
        var (before, batch, fails) = (stream.Ledger.Count, stream.NextBatch, chance.Happens(0.1));
        try
        {
            stream.Stream.Batch(() =>
            {
                for (var i = chance.Between(1, place.Swarm.MaxBatch); i > 0; i--) Make(stream, batch);
                if (fails) throw new OperationCanceledException("The user thinks better of it.");
            });
            stream.NoteDurability();
            place.Context.Reach(Landmark.BatchMade);
        }
        catch (OperationCanceledException)
        {
            stream.TakeBack(before);
            place.Context.Reach(Landmark.BatchTakenBack);
        }
    }

    private void Make(WatchedStream stream, long? batch)
    {
        var (collection, id) = (chance.Pick(Collections), $"o{chance.Below(Objects)}");
        var said = Draw(stream, collection, id);
        place.Context.Trace.Note($"{place.Name} makes {said.Op} {collection}/{id} {said} in {stream.Stream.Name}");
        place.Context.Reach(said.Op switch { "insert" => Landmark.UserInserted, "delete" => Landmark.UserDeleted, _ => Landmark.UserUpdated });
        stream.Edit(new OwnEdit(collection, id, said, stream.Stream.Replica.Head.Value, batch));
    }

    private Said Draw(WatchedStream stream, string collection, string id)
    {
        var op = chance.Pick("insert", "update", "update", "update", "update", "delete");
        if (op == "delete") return new Said(op, new Dictionary<string, Change>());
        var keepsAll = stream.Stream.Replica.Settings.Of(CollectionName.Parse(collection));
        var changes = new Dictionary<string, Change>();
        for (var i = chance.Between(1, 2); i > 0; i--)
        {
            switch (chance.Below(op == "insert" ? 3 : 6))
            {
                case 0: changes[chance.Pick(TextFields)] = new Change.Set(Text(stream, collection, id)); break;
                case 1: changes["count"] = new Change.Set(Number()); break;
                case 2: changes["tags"] = new Change.Set(Change.ToArray([Tag(), Tag()])); break;
                case 3: changes["count"] = new Change.Add(chance.Between(1, 1_000) * (chance.Happens(0.3) ? -1 : 1)); break;
                case 4: changes["tags"] = Elements(); break;
                case 5: changes["place"] = new Change.Set($"\"{Place(stream, collection)}\""); break;
            }
        }
        return new Said(op, changes);
    }

    /// <summary>A text that nobody has written, or one that stands there, or stood, so that edits come to nothing.</summary>
    private string Text(WatchedStream stream, string collection, string id)
    {
        if (_written.Count > 0 && chance.Happens(place.Swarm.ToggleRate)) return Again(chance.Happens(0.5) ? Shown(stream, collection, id) : _written[^chance.Between(1, Math.Min(4, _written.Count))]);
        var number = (++_count).ToString(CultureInfo.InvariantCulture);
        var text = chance.Below(8) switch
        {
            0 => $$"""{"$inc":"{{place.Name}}.{{number}}"}""",   // a literal that looks like a delta
            1 => $$"""{"of":"{{place.Name}}","text":["{{number}}",null,true]}""",
            _ => $"\"{place.Name}.{number}\"",
        };
        place.Oracle.Edits.Writes(text, isOnly: true);
        _written.Add(text);
        return text;
    }

    private string Again(string? text)
    {
        place.Oracle.Edits.Writes(text ?? "null", isOnly: false);
        return text ?? "null";
    }

    private static string? Shown(WatchedStream stream, string collection, string id) =>
        stream.Stream.Replica.Shown(new ObjectKey(CollectionName.Parse(collection), ObjectId.Parse(id))) is { } record && record.TryRead(FieldName.Parse("title"), out var value) && value.Kind == System.Text.Json.JsonValueKind.String
            ? value.ToString()
            : null;

    private string Number() => chance.Between(-100_000, 100_000).ToString(CultureInfo.InvariantCulture);

    private string Tag() => $"\"t{chance.Below(5)}\"";

    private Change.Elements Elements()
    {
        var (added, removed) = (Tag(), Tag());
        return added == removed ? new Change.Elements([added], []) : new Change.Elements(chance.Happens(0.7) ? [added] : [], [removed]);
    }

    /// <summary>A place between two others, as a move gives one.</summary>
    private string Place(WatchedStream stream, string collection)
    {
        place.Context.Reach(Landmark.UserMoved);
        var client = stream.Stream.Replica.Client;
        var places = stream.Stream.Replica.Keys.Where(key => key.Collection.Value == collection)
            .Select(key => stream.Stream.Replica.Shown(key) is { } record && record.TryRead(FieldName.Parse("place"), out var value) && value.TryGetString(out var text) && OrderKey.TryParse(text, out var place) ? place : OrderKey.None)
            .Where(place => place != OrderKey.None).Distinct().Order().ToList();
        var at = places.Count == 0 ? 0 : chance.Below(places.Count + 1);
        var chosen = place.Options.Hooks.Between(at == 0 ? OrderKey.None : places[at - 1], at == places.Count ? OrderKey.None : places[at], client);
        if (place.Oracle.Places.Chooses(client.Value, places.Select(seen => seen.Text), at, chosen.Text) is { } wrong) place.Context.Break(Promise.MovedAsAsked, $"{place.Name} moves something in {collection} of {stream.Stream.Name}: {wrong}");
        return chosen.Text;
    }
}
