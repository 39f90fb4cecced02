using Runnel.Records;

namespace Runnel.Server.Stores;

/// <summary>What a stream is, apart from its events.</summary>
/// <param name="Name">The name, which may be used again after a delete.</param>
/// <param name="Id">The identity: random, made at creation.</param>
/// <param name="CreatedAt">When it was created, for people to read.</param>
/// <param name="Settings">How its records merge.</param>
/// <param name="Head">The highest seq; none while empty.</param>
public sealed record StreamHeader(StreamName Name, string Id, DateTimeOffset CreatedAt, StreamSettings Settings, Seq Head);
