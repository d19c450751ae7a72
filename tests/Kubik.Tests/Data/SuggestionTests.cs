// What was probably meant.

namespace Kubik.Tests.Data;

public sealed class SuggestionTests
{
    private static readonly string[] Names = ["mnist", "digits", "iris", "wine", "breast-cancer", "moby-dick"];

    [Theory]
    [InlineData("minst", "mnist")]
    [InlineData("MNIST", "mnist")]
    [InlineData("mnits", "mnist")]
    [InlineData("irs", "iris")]
    [InlineData("digit", "digits")]
    [InlineData("breast", "breast-cancer")]
    [InlineData("breastcancer", "breast-cancer")]
    [InlineData("mobydick", "moby-dick")]
    [InlineData("whine", "wine")]
    public void A_slip_finds_the_name(string typed, string meant) => Assert.Equal(meant, Suggestion.Nearest(typed, Names));

    [Theory]
    [InlineData("")]
    [InlineData("cifar10")]
    [InlineData("x")]
    [InlineData("imagenet")]
    public void Something_else_finds_nothing(string typed)
    {
        Assert.Null(Suggestion.Nearest(typed, Names));
        Assert.Equal("", Suggestion.DidYouMean(typed, Names));
    }

    [Fact]
    public void The_sentence_goes_behind_another() => Assert.Equal(" Did you mean 'mnist'?", Suggestion.DidYouMean("mnst", Names));

    [Fact]
    public void A_hostile_name_costs_nothing() => Assert.Null(Suggestion.Nearest(new string('m', 1_000_000), Names));

    // Values from the literature: "kitten" and "sitting" is Wikipedia's example of Levenshtein's distance.
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("saturday", "sunday", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("ca", "abc", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("same", "SAME", 0)]
    public void Distance_counts_slips(string a, string b, int slips)
    {
        Assert.Equal(slips, Suggestion.Distance(a, b));
        Assert.Equal(slips, Suggestion.Distance(b, a));
    }
}
