// A notation is written and read the same wherever a comma is the decimal point.

using System.Globalization;
using Kubik.Nn;

namespace Kubik.Tests.Nn;

public sealed class BrickCultures
{
    [Theory]
    [InlineData("layernorm epsilon=0.001")]
    [InlineData("rmsnorm axes=2 epsilon=0.001")]
    [InlineData("groupnorm 2 epsilon=0.001 affine=false")]
    [InlineData("batchnorm momentum=0.25 epsilon=0.001")]
    [InlineData("lrn 3 alpha=0.5 beta=0.25 bias=1.5")]
    [InlineData("lstm 3 layers=2 dropout=0.25 forget=0.5")]
    [InlineData("dropout 0.25")]
    [InlineData("hardtanh min=-0.5 max=0.5")]
    public void A_notation_has_points_in_every_culture(string notation)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone(); // no other culture need be installed
            commas.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(notation, Sequential.Parse(notation).Notation);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
