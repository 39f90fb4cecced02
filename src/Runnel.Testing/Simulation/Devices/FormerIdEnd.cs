using Runnel.Client;
using Runnel.Client.Connection;
using Runnel.Protocol;
using Runnel.Testing.Simulation.Clients;
using Runnel.Testing.Simulation.Network;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>Ends an id that a store gave up, in all its streams, as the client's own connector does.</summary>
internal sealed class FormerIdEnd : IClientEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly DevicePlace _place;
    private readonly Turns _turns;
    private readonly RunnelClient _client;
    private readonly ClientIdentity _former;
    private readonly Action _done;
    private SimulatedConnection? _connection;
    private bool _isWelcome;
    private int _answers;

    public FormerIdEnd(DevicePlace place, Turns turns, RunnelClient client, ClientIdentity former, Action done)
    {
        (_place, _turns, _client, _former, _done) = (place, turns, client, former, done);
        _connection = place.Link.Connect(this);
        _connection.Client = former.Id.Value;
        place.Context.Reach(Landmark.FormerIdEnded);
        turns.After(Patience, End);
    }

    /// <summary>Nothing more is asked.</summary>
    public void GiveUp()
    {
        _connection?.CloseAtClient();
        _connection = null;
    }

    public void Connected(SimulatedConnection connection) => _turns.Take(() =>
    {
        var session = _former.Ended.Session;
        _place.Oracle.SessionBegins(_former.Id.Value, session);
        connection.SendUp(PublishedEdits.ToFrame(new ClientMessage.Hello(_former.Id, session, Server.Completed.Result(_client.Options.Token!(CancellationToken.None)))));
        var reference = 0L;
        // A batch of nothing is refused, and its session kept: all that is wanted.
        foreach (var stream in _client.Streams.OrderBy(stream => stream.Name, StringComparer.Ordinal)) connection.SendUp(PublishedEdits.ToFrame(new ClientMessage.Publish(++reference, stream.Replica.Stream, [])));
    });

    public void Closed(SimulatedConnection connection) => _turns.Take(End);

    public void Received(SimulatedConnection connection, ReadOnlyMemory<byte> frame) => _turns.Take(() =>
    {
        if (_connection is null) return;
        switch (ServerMessageCodec.Parse(frame.Span))
        {
            case ServerMessage.Welcome: _isWelcome = true; break;
            case ServerMessage.Error { Ref: not null, Code: "invalid_message" or "unknown_stream" or "forbidden" } when _isWelcome: CountAnswer(); break;
            case ServerMessage.Error: End(); break;
        }
    });

    private void CountAnswer()
    {
        if (++_answers < _client.Streams.Count()) return;
        _ = _client.ForgetFormerAsync(_former, CancellationToken.None);
        End();
    }

    private void End()
    {
        if (_connection is null) return;
        GiveUp();
        _done();
    }
}
