using Runnel.Server.Stores;

namespace Runnel.AspNetCore.Reading;

/// <summary>Events of one stream, as one answer carries them.</summary>
/// <param name="Header">The stream, as it was before the events were read.</param>
/// <param name="Covered">The ranges that the events cover, ascending.</param>
/// <param name="Events">Every event of those ranges, in order.</param>
internal sealed record EventPage(StreamHeader Header, IReadOnlyList<SeqRange> Covered, IReadOnlyList<EncodedEvent> Events);
