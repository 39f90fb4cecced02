using System.Text.Json;
using Runnel;
using Runnel.Client;
using Runnel.Records;

namespace Todo.Devices;

/// <summary>Conflicts in plain words.</summary>
internal static class ConflictWords
{
    private const int Longest = 60;

    /// <summary>What happened: <c>“Oats” or “Soy milk”?</c></summary>
    public static string Title(Conflict conflict) => conflict switch
    {
        { Field: null } => "Deleted, or kept?",
        { Rule: OverwriteRule.Delete } => $"{Say(conflict.Lost.Value)} was deleted meanwhile",
        _ => $"{Say(conflict.Winner.Value)} or {Say(conflict.Lost.Value)}?",
    };

    /// <summary>What stands, and why.</summary>
    public static string Why(Conflict conflict, IReadOnlyList<Device> devices)
    {
        var (winner, loser) = (NameOf(conflict.Winner.Event, devices), NameOf(conflict.Lost.Event, devices));
        if (conflict.Field is not { } field) return $"{winner} kept the task while {Lower(loser)} deleted it. It stays.";
        if (conflict.Rule == OverwriteRule.Delete) return $"{winner} deleted the task while {Lower(loser)} changed its {field.Value}. The delete won.";
        var reason = conflict.Winner.Event.Stamp.PrecedingSeq > conflict.Lost.Event.Stamp.PrecedingSeq
            ? "it had seen more"
            : "both had seen the same, and every device breaks the tie alike";
        return $"{winner}’s {field.Value} won: {reason}.";
    }

    /// <summary>What its button says that brings back what was lost.</summary>
    public static string Restore(Conflict conflict, IReadOnlyList<Device> devices) => conflict switch
    {
        { Field: null } => "Delete it after all",
        { Rule: OverwriteRule.Delete } => "Bring it back",
        _ => $"Keep {Lower(NameOf(conflict.Lost.Event, devices))}’s instead",
    };

    private static string NameOf(Writer writer, IReadOnlyList<Device> devices)
    {
        var device = devices.FirstOrDefault(device => device.Runnel.Id == writer.Stamp.Client);
        return device is null ? "Another device" : $"The {device.Name.ToLowerInvariant()}";
    }

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Say(CanonicalJson? value) => value switch
    {
        null => "Nothing",
        { Kind: JsonValueKind.True } => "done",
        { Kind: JsonValueKind.False } => "not done",
        { } text when text.TryGetString(out var words) => $"“{(words.Length > Longest ? words[..Longest] + "…" : words)}”",
        { } other => other.ToString(),
    };
}
