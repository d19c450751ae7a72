// A derivative in matrix notation, with what one has to know to use it (where its entries stand, what it supposes), and its
// comparison with difference quotients on random matrices.

using Kubik.Glass.Formulas;

namespace Kubik.Glass.Derivatives;

/// <summary>The derivative of a formula by a variable.</summary>
/// <param name="Formula">What was differentiated.</param>
/// <param name="By">By which variable.</param>
/// <param name="Result">The derivative.</param>
/// <param name="IsJacobian">Whether it is the matrix of a column by a column; else it is a gradient.</param>
public sealed record MatrixDerivative(Formula Formula, Variable By, Formula Result, bool IsJacobian)
{
    private const double Near = 1e-5, Blur = 1e-6, Rounding = 2.2e-16;
    private const int Points = 3, MostTries = 200, MostEntries = 64; // of a large variable some entries, drawn by chance

    /// <summary>Where the entries stand.</summary>
    public string Layout => this.IsJacobian
        ? $"a row for each output, a column for each entry of {this.By}: entry (i, j) is ∂fᵢ/∂{this.By}ⱼ"
        : this.By.IsScalar ? "a number"
        : $"the shape of {this.By}, {this.By.Shape.ToX()}: every entry is the derivative of f by the entry of {this.By} in its place";

    /// <summary>The derivative where the columns that stand in a sum beside a softmax add up to 1, as targets do; null when there is none.</summary>
    public (string Supposing, Formula Result)? ForTargets
    {
        get
        {
            bool IsSum(Expression part) => part is Call { Op: Reduce<Sum>, IsScalar: true, Inputs: [Variable] };
            Expression[] sums = [.. Formula.Parts(this.Result.Root).Where(IsSum).Distinct()];
            if (sums.Length == 0 || !Formula.Parts(this.Result.Root).Exists(p => p is Call { Op: Softmax })) return null;
            Expression whole = Formula.Rewritten(this.Result.Root, (part, x) => sums.Contains(part) ? new Number(1) : part is Call c ? c.With(x) : part);
            return ($"{string.Join(", ", sums.Select(s => s.ToString()))} = 1", Formula.Of(Simplifier.Simplify(whole)));
        }
    }

    /// <summary>
    /// The largest difference between the derivative and the central difference quotients at random points, relative to the derivative
    /// where that is above 1; null when no point was found at which the formula is smooth.
    /// </summary>
    public double? MaxError(int seed = 1)
    {
        Random random = new(seed);
        double? worst = null;
        int points = 0;
        for (int attempt = 0; attempt < MostTries && points < Points; attempt++)
        {
            Dictionary<string, Tensor> at = this.Formula.Variables.ToDictionary(v => v.Name, v => Draw(v.Shape, attempt, random), StringComparer.Ordinal);
            if (this.ErrorAt(at, random) is not { } error) continue;
            worst = Math.Max(worst ?? 0, error);
            points++;
        }
        return worst;
    }

    /// <summary>The same at one point; null when the formula has no value there or a kink is near.</summary>
    private double? ErrorAt(Dictionary<string, Tensor> at, Random random)
    {
        double[] value, exact, coarse, fine;
        int size = this.By.Shape.Size;
        int[] entries = size <= MostEntries ? [.. Enumerable.Range(0, size)] : [.. Enumerable.Range(0, MostEntries).Select(_ => random.Next(size))];
        try
        {
            value = Formula.Compute(this.Formula.Root, at).Contiguous().ToArray<double>();
            exact = Formula.Compute(this.Result.Root, at).Contiguous().ToArray<double>();
            (coarse, fine) = (this.Quotients(at, entries, 2 * Near), this.Quotients(at, entries, Near));
        }
        catch (SingularMatrixException)
        {
            return null;
        }
        double error = 0;
        for (int i = 0; i < fine.Length; i++)
        {
            double scale = Math.Max(1, Math.Abs(fine[i]));
            double noise = Rounding * Math.Abs(value[i / entries.Length]) / Near; // of a large f rounding alone makes a quotient
            if (!double.IsFinite(fine[i]) || Math.Abs(coarse[i] - fine[i]) > Blur * scale || noise > Blur * scale) return null;
            error = Math.Max(error, Math.Abs(exact[i / entries.Length * size + entries[i % entries.Length]] - fine[i]) / scale);
        }
        return error;
    }

    // (f(x + h) − f(x − h)) / 2h for the entries of x, for a Jacobian with the outputs as rows.
    private double[] Quotients(Dictionary<string, Tensor> at, int[] entries, double h)
    {
        double[] x = at[this.By.Name].ToArray<double>();
        int outputs = this.Formula.Root.Shape.Size;
        double[] all = new double[entries.Length * outputs];
        for (int j = 0; j < entries.Length; j++)
        {
            double[] up = this.At(at, x, entries[j], h), down = this.At(at, x, entries[j], -h);
            for (int i = 0; i < outputs; i++) all[i * entries.Length + j] = (up[i] - down[i]) / (2 * h);
        }
        return all;
    }

    private double[] At(Dictionary<string, Tensor> at, double[] x, int j, double step)
    {
        double[] moved = [.. x];
        moved[j] += step;
        Dictionary<string, Tensor> beside = new(at, StringComparer.Ordinal) { [this.By.Name] = Tensor.From(moved, at[this.By.Name].Shape) };
        return Formula.Compute(this.Formula.Root, beside).Contiguous().ToArray<double>();
    }

    // Of either sign, then positive (logarithms, roots), with square matrices far from singular.
    private static Tensor Draw(Shape shape, int attempt, Random random)
    {
        double[] numbers = new double[shape.Size];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = attempt % 2 == 0 ? 2 * random.NextDouble() - 1 : 0.1 + 0.9 * random.NextDouble();
            if (shape.Rank == 2 && shape[0] == shape[1] && shape[0] > 1 && i / shape[0] == i % shape[0]) numbers[i] += attempt % 2 == 0 ? 1 : shape[0];
        }
        return Tensor.From(numbers, shape);
    }
}
