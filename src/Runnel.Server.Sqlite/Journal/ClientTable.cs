using System.Diagnostics.CodeAnalysis;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>The clients of one stream by number and by id.</summary>
internal sealed class ClientTable
{
    // Most streams have a few clients: looking through those is as fast as a dictionary, and far smaller.
    private const int FewClients = 8;

    private readonly List<ClientIndex> _byNumber = new(1);
    private Dictionary<ClientId, int>? _byId;

    /// <summary>How many there are: the next client's number.</summary>
    public int Count => _byNumber.Count;

    public ClientIndex this[int number] => _byNumber[number];

    public void Add(ClientId client)
    {
        _byNumber.Add(new ClientIndex(client));
        _byId?.Add(client, Count - 1);
        if (_byId is null && Count > FewClients) _byId = Enumerable.Range(0, Count).ToDictionary(number => _byNumber[number].Client);
    }

    public bool TryFind(ClientId client, [NotNullWhen(true)] out ClientIndex? found, out int number)
    {
        number = NumberOf(client);
        found = number < 0 ? null : _byNumber[number];
        return found is not null;
    }

    private int NumberOf(ClientId client)
    {
        if (_byId is not null) return _byId.GetValueOrDefault(client, -1);
        for (var number = 0; number < _byNumber.Count; number++)
        {
            if (_byNumber[number].Client == client) return number;
        }
        return -1;
    }
}
