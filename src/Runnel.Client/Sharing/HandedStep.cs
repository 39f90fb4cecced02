using System.Buffers;
using System.Text;
using System.Text.Json;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client.Sharing;

/// <summary>
/// What an app did to a stream in one step, in an instance that does not lead, as that hands it to the leader: JSON, so that people can
/// read it with any tool. The leader does the same, in the same order, in one transaction.
/// </summary>
internal sealed class HandedStep
{
    /// <summary>The edits, each with what its author had seen.</summary>
    public List<EventDraft> Edits { get; } = [];

    /// <summary>Whether the edits are one batch.</summary>
    public bool IsBatch { get; set; }

    /// <summary>The conflicts that were put aside.</summary>
    public List<long> Dismissed { get; } = [];

    /// <summary>The places of rejected events that were made again, with what was tried instead, one for each event that was rejected together.</summary>
    public List<(long Place, IReadOnlyList<EventDraft> Edits)> Retried { get; } = [];

    /// <summary>The places of rejected events that were given up.</summary>
    public List<long> Discarded { get; } = [];

    /// <summary>The id of the server's stream whose history the app gives up, to take the stream from its beginning; <c>null</c> for none.</summary>
    public string? GivesUp { get; set; }

    /// <summary>Whether the app has mentioned the stream, which may be new.</summary>
    public bool IsMention { get; set; }

    /// <summary>The settings that the app asks for.</summary>
    public StreamSettings? Settings { get; set; }

    /// <summary>Whether nothing was done.</summary>
    public bool IsEmpty => Edits.Count == 0 && Dismissed.Count == 0 && Retried.Count == 0 && Discarded.Count == 0 && Settings is null && GivesUp is null && !IsMention;

    public ReadOnlyMemory<byte> Write(StreamName stream)
    {
        var members = new List<KeyValuePair<string, CanonicalJson>>
        {
            new("stream", CanonicalJson.FromString(stream.Value)),
            new("edits", Write(Edits)),
            new("dismissed", CanonicalJson.FromArray(Dismissed.Select(id => CanonicalJson.FromNumber(id)))),
            new("retried", CanonicalJson.FromArray(Retried.Select(retry => CanonicalJson.FromArray([CanonicalJson.FromNumber(retry.Place), Write(retry.Edits)])))),
            new("discarded", CanonicalJson.FromArray(Discarded.Select(place => CanonicalJson.FromNumber(place)))),
        };
        if (IsBatch) members.Add(new("batch", CanonicalJson.Parse("true")));
        if (GivesUp is not null) members.Add(new("givesUp", CanonicalJson.FromString(GivesUp)));
        if (Settings is not null) members.Add(new("settings", Settings.Wire));
        return CanonicalJson.FromObject(members).Utf8;
    }

    /// <exception cref="FormatException">The row is none of this version's.</exception>
    public static (StreamName Stream, HandedStep Step) Read(ReadOnlySpan<byte> row)
    {
        if (!CanonicalJson.TryParse(row, out var value, out var error) || value.Kind != JsonValueKind.Object) throw new FormatException($"What was handed over cannot be read: {error}");
        var members = value.Members().ToDictionary();
        if (!members.GetValueOrDefault("stream").TryGetString(out var stream)) throw new FormatException("What was handed over names no stream.");
        var step = new HandedStep { IsBatch = members.ContainsKey("batch"), IsMention = true, Settings = members.TryGetValue("settings", out var settings) ? StreamSettings.Parse(settings) : null };
        if (members.GetValueOrDefault("givesUp").TryGetString(out var id)) step.GivesUp = id;
        step.Edits.AddRange(ReadEdits(members["edits"]));
        step.Dismissed.AddRange(members["dismissed"].Elements().Select(Number));
        step.Retried.AddRange(members["retried"].Elements().Select(retry => (Number(retry.Elements()[0]), ReadEdits(retry.Elements()[1]))));
        step.Discarded.AddRange(members["discarded"].Elements().Select(Number));
        return (StreamName.Parse(stream), step);
    }

    private static CanonicalJson Write(IEnumerable<EventDraft> edits) => CanonicalJson.FromArray(edits.Select(edit =>
    {
        var output = new ArrayBufferWriter<byte>();
        EventCodec.Write(output, edit);
        return CanonicalJson.Parse(Encoding.UTF8.GetString(output.WrittenSpan));
    }));

    private static IReadOnlyList<EventDraft> ReadEdits(CanonicalJson edits) => [.. edits.Elements().Select(edit =>
        EventCodec.TryParseDraft(edit.Utf8.Span, out var draft, out var refusal) ? draft : throw new FormatException($"An edit that was handed over cannot be read: {refusal.Message}"))];

    private static long Number(CanonicalJson value) => value.TryGetInteger(out var number) ? number : throw new FormatException("What was handed over lacks a number.");
}
