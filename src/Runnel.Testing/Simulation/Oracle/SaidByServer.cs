using System.Text.Json;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>What a server's message says, as far as the oracle asks.</summary>
internal sealed class SaidByServer
{
    public string Type { get; private set; } = "";
    public string Stream { get; private set; } = "";
    public string Id { get; private set; } = "";
    public string Code { get; private set; } = "";
    public string Message { get; private set; } = "";
    public string? Nonce { get; private set; }
    public long? Ref { get; private set; }
    public long To { get; private set; }
    public long Head { get; private set; }
    public long LastClientSeq { get; private set; }
    public IReadOnlyList<long> Seqs { get; private set; } = [];

    /// <summary>Reads a message; its events are not looked at, for they are looked at where they are taken.</summary>
    public static SaidByServer Read(ReadOnlySpan<byte> frame)
    {
        var said = new SaidByServer();
        var reader = new Utf8JsonReader(frame);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            if (name == "events") break;   // the last member
            reader.Read();
            said.Take(name, ref reader);
            reader.Skip();
        }
        return said;
    }

    private void Take(string? name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "type": Type = reader.GetString()!; break;
            case "stream": Stream = reader.GetString()!; break;
            case "id": Id = reader.GetString()!; break;
            case "code": Code = reader.GetString()!; break;
            case "message": Message = reader.GetString()!; break;
            case "nonce": Nonce = reader.GetString(); break;
            case "ref": Ref = reader.GetInt64(); break;
            case "to": To = reader.GetInt64(); break;
            case "head": Head = reader.GetInt64(); break;
            case "lastClientSeq": LastClientSeq = reader.GetInt64(); break;
            case "seqs": Seqs = ReadNumbers(ref reader); break;
        }
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader)
    {
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType == JsonTokenType.Number) numbers.Add(reader.GetInt64());
        return numbers;
    }
}
