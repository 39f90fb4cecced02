using System.Text.Json;

namespace Runnel.Records;

/// <summary>Takes a document apart, token by token, where everything unexpected is an error.</summary>
internal static class StrictJson
{
    extension(ref Utf8JsonReader reader)
    {
        /// <summary>Moves to the value of the next member, and answers its name; <c>null</c> at the object's end.</summary>
        public string? NextMember()
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.EndObject) return null;
            var name = KnownNames.Read(ref reader);
            reader.Read();
            return name;
        }

        /// <summary>Moves to the next element; <c>false</c> at the array's end.</summary>
        public bool NextElement() => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

        /// <summary>The text that the reader stands on.</summary>
        public string ReadText() => reader.TokenType == JsonTokenType.String ? KnownNames.Read(ref reader) : throw Damaged($"no text is at byte {reader.TokenStartIndex}");

        /// <summary>The whole number from 0 to 2^53 - 1 that the reader stands on.</summary>
        public long ReadCount() =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count is >= 0 and < (long)CanonicalNumber.ExactIntegerLimit
                ? count
                : throw Damaged($"no count is at byte {reader.TokenStartIndex}");

        /// <summary>The next element, a whole number.</summary>
        public long NextCount()
        {
            reader.Read();
            return reader.ReadCount();
        }
    }

    public static FormatException Damaged(string message) => new($"The document is damaged: {message}.");
}
