using System.Text.Json;

namespace Runnel.Records;

/// <summary>Takes a canonical document apart where everything unexpected is an error.</summary>
internal static class StrictJson
{
    extension(CanonicalJson json)
    {
        /// <summary>The members of an object that has all of <paramref name="required"/> and nothing else but <paramref name="optional"/>.</summary>
        public Dictionary<string, CanonicalJson> ToMembers(string[] required, params string[] optional)
        {
            var members = json.ToAnyMembers();
            if (required.FirstOrDefault(name => !members.ContainsKey(name)) is { } missing) throw Damaged($"\"{missing}\" is missing in {json}");
            if (members.Keys.Except(required).Except(optional).FirstOrDefault() is { } unknown) throw Damaged($"\"{unknown}\" is unknown in {json}");
            return members;
        }

        public Dictionary<string, CanonicalJson> ToAnyMembers() =>
            json.Kind == JsonValueKind.Object ? new(json.Members()) : throw Damaged($"{json} is no object");

        public IEnumerable<CanonicalJson> ToList() => json.Kind == JsonValueKind.Array ? json.Elements() : throw Damaged($"{json} is no array");

        public CanonicalJson[] ToTuple(int length)
        {
            CanonicalJson[] parts = [.. json.ToList()];
            return parts.Length == length ? parts : throw Damaged($"{json} has not {length} parts");
        }

        public string ToText() => json.TryGetString(out var text) ? text : throw Damaged($"{json} is no text");

        /// <summary>A whole number from 0 to 2^53 - 1.</summary>
        public long ToCount() => json.TryGetInteger(out var count) && count >= 0 ? count : throw Damaged($"{json} is no count");
    }

    private static FormatException Damaged(string message) => new($"The document is damaged: {message}.");
}
