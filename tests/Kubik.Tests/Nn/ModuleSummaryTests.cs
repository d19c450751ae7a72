using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class ModuleSummaryTests
{
    [Fact]
    public void It_prints_its_table()
    {
        string text = ModuleSummary.Of(Sequential.Parse("linear 3 | tanh"), [4]).ToString();
        Assert.Equal(
            """
            layer  brick     output  parameters
                   input     (4,)              
            0      linear 3  (3,)            15
            1      tanh      (3,)             0
                                             15
            """.ReplaceLineEndings("\n"), text);
        Assert.Contains("'maxpool 2'", ModuleSummary.Of(Sequential.Parse("maxpool 2"), [4]).ToString().Replace("(maxpool 2)", "'maxpool 2'", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
