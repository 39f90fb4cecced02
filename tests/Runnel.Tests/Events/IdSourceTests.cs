using Microsoft.Extensions.Time.Testing;

namespace Runnel.Tests;

public class IdSourceTests
{
    [Fact]
    public void An_id_is_128_bits_in_lower_case_hexadecimal_and_names_a_client()
    {
        var ids = new Repeating(0xAB);

        Assert.Equal(string.Concat(Enumerable.Repeat("ab", 16)), ids.NewId());
        Assert.True(ClientId.TryParse(ids.NewId(), out _));
    }

    [Fact]
    public void An_object_id_is_a_version_7_uuid_of_its_time()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(0x0190A7C81F2E));

        Assert.Equal("0190a7c8-1f2e-7fff-bfff-ffffffffffff", new Repeating(0xFF).NewObjectId(time));
        Assert.Equal("0190a7c8-1f2e-7000-8000-000000000000", new Repeating(0x00).NewObjectId(time));
    }

    [Fact]
    public void The_systems_ids_differ() => Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => IdSource.System.NewId()).Distinct().Count());

    private sealed class Repeating(byte value) : IdSource
    {
        public override void Fill(Span<byte> bytes) => bytes.Fill(value);
    }
}
