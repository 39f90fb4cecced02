using Runnel.Records;

namespace Runnel.Server.Records;

/// <summary>What apps see of a stream as of one seq. Never changes.</summary>
/// <param name="Seq">The last event that counts.</param>
/// <param name="Hash">The hash of what is visible of the whole stream (<see cref="RecordSet.Hash"/>).</param>
/// <param name="MergeHash">The hash of the whole merge state (<see cref="RecordSet.MergeHash"/>).</param>
/// <param name="Records">The existing objects, sorted by collection, then id, by UTF-8 bytes.</param>
public sealed record MaterializedState(Seq Seq, string Hash, string MergeHash, IReadOnlyList<VisibleRecord> Records);
