using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>Turns a store's fault into what clients are answered: enough to act on, no paths and no stack.</summary>
public static class StoreRefusal
{
    /// <summary>What a request that met <paramref name="exception"/> is answered.</summary>
    public static Refusal Of(Exception exception) => exception switch
    {
        StreamStoreException { Fault: StoreFault.Full } => new Refusal(ErrorCode.StorageFull, "The server's disk is full; nothing was stored."),
        StreamStoreException { Fault: StoreFault.Damaged, Stream: { } stream } =>
            new Refusal(ErrorCode.Internal, $"The stored events of {stream} are damaged; the server's log says where."),
        _ => new Refusal(ErrorCode.Internal, "The server's store failed; whether this was stored is unknown, so send it again."),
    };
}
