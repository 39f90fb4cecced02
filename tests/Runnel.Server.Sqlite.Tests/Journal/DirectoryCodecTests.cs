using CsCheck;
using Runnel.Records;
using Runnel.Server.Sqlite.Journal;
using Runnel.Server.Stores;
using Runnel.Tests;

namespace Runnel.Server.Sqlite.Tests.Journal;

public sealed class DirectoryCodecTests
{
    private static readonly StreamSettings?[] Settings = [null, StreamSettings.Default, StreamSettings.Parse(CanonicalJson.Parse("""{"order":"total"}"""))];

    private static readonly Gen<string> Names = Gen.String[Gen.Char["abcxyz019._~-"], 1, 20].Where(name => name is not ("." or ".."));

    private static readonly Gen<string> Members = Gen.String[Gen.Char["abcxyz"], 1, 10];

    private static readonly Gen<EntryRun> Runs =
        from client in Gen.Int[0, 100_000]
        from newcomer in Gen.Bool
        from name in Names
        from first in Gen.Long[1, 1L << 53]
        from count in Gen.Int[0, 5_000]
        from preceding in Gen.Long[0, 1L << 53]
        from session in Gen.Long[0, long.MaxValue]
        from nonce in Gen.Null(Gen.String)
        select new EntryRun(
            client, newcomer ? ClientId.Parse(name) : null, first, count, new ClientState(first + count - 1, new Seq(preceding), session, Clean(nonce)));

    private static readonly Gen<AppendEntry> Entries =
        from stream in Gen.Int[0, int.MaxValue]
        from head in Gen.Long[0, 1L << 53]
        from name in Names
        from isNew in Gen.Bool
        from isDelete in Gen.Bool
        from ticks in Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks]
        from settings in Gen.Int[0, 2].Select(i => Settings[i])
        from events in Gen.Int[0, 3]
        from length in Gen.Int[1, 100_000]
        from high in Gen.ULong
        from runs in Runs.Array[0, 4]
        from fields in Members.Array[0, 3]
        select new AppendEntry(stream, head)
        {
            Created = isNew ? new NewStream(StreamName.Parse(name), "id " + name, new DateTimeOffset(ticks, TimeSpan.Zero)) : null,
            Settings = settings,
            IsDelete = isDelete,
            Block = events == 0 ? default : new EntryBlock(events, 0, length, new UInt128(high, ~high)),
            Runs = runs,
            NewNames = [.. fields.Select((field, i) => new NewName(CollectionName.Parse("c" + i), i == 0 ? null : FieldName.Parse(field)))],
        };

    [Fact]
    public void A_directory_is_read_as_it_was_written() => Entries.Array[0, 5].Sample(
        entries =>
        {
            var placed = Place(entries);
            var bytes = Write(placed);
            AssertSame(placed, new DirectoryCodec().Read(bytes, placed.Sum(entry => entry.Block.Length)));
        },
        iter: Randomized.Runs(500));

    [Fact]
    public void A_directory_that_is_cut_off_or_changed_never_ends_in_anything_but_a_format_error() =>
        (from entries in Entries.Array[1, 3]
         from cut in Gen.Int[0, 10_000]
         from position in Gen.Int[0, 10_000]
         from value in Gen.Byte
         select (entries, cut, position, value)).Sample(
        sample =>
        {
            var placed = Place(sample.entries);
            var bytes = Write(placed);
            var total = placed.Sum(entry => entry.Block.Length);
            Assert.Throws<FormatException>(() => new DirectoryCodec().Read(bytes.AsSpan(0, sample.cut % bytes.Length), total));

            bytes[sample.position % bytes.Length] = sample.value;
            try
            {
                new DirectoryCodec().Read(bytes, total);
            }
            catch (FormatException)
            {
            }
        },
        iter: Randomized.Runs(2_000));

    private static string? Clean(string? nonce) => nonce is null ? null : string.Concat(nonce.EnumerateRunes());

    private static AppendEntry[] Place(AppendEntry[] entries)
    {
        var offset = 0;
        return [.. entries.Select(entry =>
        {
            var placed = entry with { Block = entry.Block with { Offset = offset } };
            offset += entry.Block.Length;
            return placed;
        })];
    }

    private static byte[] Write(AppendEntry[] entries)
    {
        var writer = new ByteWriter();
        DirectoryCodec.Write(writer, entries);
        return writer.Written.ToArray();
    }

    private static void AssertSame(AppendEntry[] expected, IReadOnlyList<AppendEntry> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        foreach (var (left, right) in expected.Zip(actual))
        {
            Assert.Equal(left with { Runs = [], NewNames = [], Block = default }, right with { Runs = [], NewNames = [], Block = default });
            Assert.Equal(left.Block.Events == 0 ? default : left.Block, right.Block);
            Assert.Equal(left.Runs, right.Runs);
            Assert.Equal(left.NewNames, right.NewNames);
        }
    }
}
