using Kubik.Glass.Formulas;

namespace Kubik.Book.Tasks.Matrices;

/// <summary>The line of least squares through the points x, y of a task, with a column of ones in X for its bias.</summary>
internal static class LeastSquares
{
    /// <summary>The shapes of X, y and w.</summary>
    public static Dictionary<string, Shape> Shapes(Given given) =>
        new(StringComparer.Ordinal) { ["X"] = [given.Vector("x").Length, 2], ["y"] = [given.Vector("x").Length, 1], ["w"] = [2, 1] };

    /// <summary>X and y.</summary>
    public static (string Name, Tensor Value)[] At(Given given)
    {
        Tensor x = given.Tensor("x");
        return [("X", Tensor.Stack(1, Tensor.Ones(x.Shape, DType.Float64), x)), ("y", given.Tensor("y").Unsqueeze(1))];
    }

    /// <summary>The weights by a formula of X and y.</summary>
    public static Formula Solution(Given given) => Formula.Parse("(X'*X)^-1*X'*y", Shapes(given));

    /// <summary>The weights, bias first: (2, 1).</summary>
    public static Tensor Line(Given given) => Solution(given).At(At(given));
}
