using Microsoft.CodeAnalysis.CSharp;

namespace Runnel.Client.Generators;

/// <summary>Names in C# and in events.</summary>
internal static class Names
{
    private const int MaxLength = 64;

    /// <summary>A name in camelCase, as System.Text.Json makes it: TodoTask → todoTask, URLText → urlText, ID → id.</summary>
    public static string CamelCase(string name)
    {
        var characters = name.ToCharArray();
        for (var i = 0; i < characters.Length && char.IsUpper(characters[i]); i++)
        {
            if (i > 0 && i + 1 < characters.Length && !char.IsUpper(characters[i + 1])) break;
            characters[i] = char.ToLowerInvariant(characters[i]);
        }
        return new string(characters);
    }

    /// <summary>Whether the protocol takes <paramref name="name"/> for a collection or field.</summary>
    public static bool IsValid(string name) =>
        name.Length is >= 1 and <= MaxLength && (IsLetter(name[0]) || name[0] == '_')
        && name.All(character => IsLetter(character) || character is (>= '0' and <= '9') or '.' or '_' or '-');

    /// <summary>The name as code may say it.</summary>
    public static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    private static bool IsLetter(char character) => character is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z');
}
