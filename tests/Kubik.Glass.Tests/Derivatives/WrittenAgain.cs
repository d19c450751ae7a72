// What a derivative prints can be typed: read again it is written the same way and has the same value.

using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Tests.Derivatives;

internal static class WrittenAgain
{
    /// <summary>Reads a derivative as it is written, where it is added to something of its shape.</summary>
    /// <param name="d">The derivative.</param>
    /// <param name="letterByLetter">
    /// Whether it is to be written as before at once; else what is read is, for a number in the place of a column is read as a number.
    /// </param>
    public static void Check(MatrixDerivative d, bool letterByLetter = true)
    {
        string written = d.Result.ToString();
        Dictionary<string, Shape> shapes = d.Formula.Variables.ToDictionary(v => v.Name, v => v.Shape);
        shapes["Z"] = d.Result.Root.Shape;
        Formula again = Read(written), alone = Formula.Of(((Call)again.Root).Inputs[1]);
        Assert.Equal(letterByLetter ? written : Formula.Of(((Call)Read(alone.ToString()).Root).Inputs[1]).ToString(), alone.ToString());
        Random random = new(3);
        Dictionary<string, Tensor> at = [];
        foreach ((string name, Shape shape) in shapes)
        {
            double[] numbers = new double[shape.Size];
            bool IsDiagonal(int i) => shape.Rank == 2 && shape[0] == shape[1] && i % (shape[0] + 1) == 0;
            for (int i = 0; i < numbers.Length; i++) numbers[i] = name == "Z" ? 0 : 0.1 + random.NextDouble() + (IsDiagonal(i) ? 3 : 0);
            at[name] = Tensor.From(numbers, shape);
        }
        double[] expected = (Formula.Compute(d.Result.Root, at) + at["Z"]).ToDoubles(), got = Formula.Compute(again.Root, at).ToDoubles();
        double scale = expected.Select(Math.Abs).Where(double.IsFinite).Append(1).Max();
        for (int i = 0; i < expected.Length; i++)
        {
            bool isSame = Math.Abs(expected[i] - got[i]) <= 1e-12 * scale || !double.IsFinite(expected[i]);
            Assert.True(isSame, $"{written}: {expected[i]}, and read again {got[i]}");
        }

        Formula Read(string text)
        {
            try
            {
                return Formula.Parse($"Z + ({text})", shapes);
            }
            catch (FormulaException e)
            {
                throw new InvalidOperationException($"{text} cannot be read.", e);
            }
        }
    }
}
