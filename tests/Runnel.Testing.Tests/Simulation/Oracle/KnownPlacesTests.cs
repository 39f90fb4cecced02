using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Tests.Simulation.Oracle;

public sealed class KnownPlacesTests
{
    private readonly KnownPlaces _places = new();

    [Fact]
    public void A_place_is_right_between_its_neighbours_and_at_both_ends()
    {
        Assert.Null(_places.Chooses("ada", [], 0, "m"));
        Assert.Null(_places.Chooses("ada", ["m"], 0, "f"));
        Assert.Null(_places.Chooses("ada", ["m", "f"], 1, "h"));
        Assert.Null(_places.Chooses("ada", ["m", "f", "h"], 3, "s"));
    }

    [Theory]
    [InlineData(0, "f")]
    [InlineData(0, "g")]
    [InlineData(1, "f")]
    [InlineData(1, "m")]
    [InlineData(2, "h")]
    public void A_place_is_wrong_on_either_side_and_on_a_neighbour(int ahead, string chosen) => Assert.NotNull(_places.Chooses("ada", ["m", "f"], ahead, chosen));

    [Fact]
    public void Only_one_client_may_choose_a_place()
    {
        Assert.Null(_places.Chooses("ada", [], 0, "m"));
        Assert.Null(_places.Chooses("ada", [], 0, "m"));
        Assert.NotNull(_places.Chooses("bob", [], 0, "m"));
    }
}
