using System.CommandLine;
using System.Globalization;
using Kubik.Cli.Terminal;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;

namespace Kubik.Cli.Verbs;

/// <summary>The derivative of a formula of matrices, in matrix notation, compared with difference quotients.</summary>
internal sealed class DiffVerb : Verb
{
    private const double Tolerance = 1e-5;
    private const int LargestSize = 200;

    private readonly Argument<string> expression = new("EXPR")
    {
        Description = "A formula, as for the verb formula: A*x, A' or Aᵀ, A^-1, A∘B element by element, sum tr det norm softmax, "
            + "functions of every element.",
    };
    private readonly Option<string?> by = Flags.Text("--by", "X", "The variable to differentiate by.");
    private readonly Option<string?> shape = Flags.Text("--shape", "A=3x3,x=3",
        "Shapes: A=3x3 is a matrix, x=3 a column, l=1 a number. Default: capitals are matrices, other letters columns, of sizes that fit; "
        + "numbers where they cannot be columns.");

    public override string Name => "diff";

    public override string About => "Differentiates a formula of matrices: the gradient of a number, or the Jacobian of a column by a column, "
        + "in matrix notation, and checks it on random matrices.";

    public override string Usage => "EXPR --by X [--shape A=3x3,x=3] [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("\"x'*A*x\" --by x", "(A + Aᵀ)·x"),
        ("\"norm(A*x+b)^2\" --by x --shape A=4x3", "2Aᵀ·(A·x + b), tried with 4x3 matrices"),
        ("\"-t' * ln(softmax(z))\" --by z", "softmax and log-loss: what the logits get back"),
        ("\"relu(A*x)\" --by x", "a Jacobian"),
    ];

    protected override bool TakesFormula => true;

    protected override void Declare(Command command)
    {
        command.Add(this.expression);
        command.Add(this.by);
        command.Add(this.shape);
    }

    protected override int Run(ParseResult given)
    {
        string text = FormulaOf(given.GetValue(this.expression))!;
        string name = given.GetValue(this.by)
            ?? throw new MistakeException($"--by is missing: the variable to differentiate by, as in '{Tool.Name} diff \"x'*A*x\" --by x'.");
        Dictionary<string, Shape> shapes = Shapes(given.GetValue(this.shape));
        string variable = Plain(name);
        if (variable == "I" && !shapes.ContainsKey(variable))
            throw new MistakeException("I is the unit matrix, which is no variable; '--shape I=3x3' makes it one.");
        Formula formula = this.Noted(Formula.ParseMatrices(text, shapes, variable));
        if (shapes.Keys.FirstOrDefault(s => !formula.Variables.Any(v => v.Name == s)) is { } stranger)
            throw new MistakeException($"--shape: {Mistake.Continued(formula.NoVariable(stranger))}");
        MatrixDerivative derivative = Differentiation.By(formula, variable);
        double? error = derivative.MaxError();
        string symbol = $"∂f/∂{derivative.By}";
        Console.Out.WriteLine($"f = {formula}");
        Console.Out.WriteLine($"{symbol} = {derivative.Result}");
        List<string> notes = [.. formula.Notes];
        if (derivative.ForTargets is { } targets)
        {
            Console.Out.WriteLine($"{symbol} = {targets.Result}   where {targets.Supposing}");
            notes.Add($"{symbol} = {targets.Result} where {targets.Supposing}");
        }
        Console.Out.WriteLine($"\nLaTeX: {derivative.Result.ToLatex()}");
        Console.Out.WriteLine($"Layout: {derivative.Layout}");
        Variable[] guessed = [.. formula.Variables.Where(v => !shapes.ContainsKey(v.Name))];
        if (guessed.Length > 0) Console.Out.WriteLine($"Taken for: {string.Join(", ", guessed.Select(Kind))} (--shape says otherwise)");
        Console.Out.WriteLine(error is { } e
            ? $"Difference quotients at random points: {(e <= Tolerance ? "the same but for" : "NOT the same, they differ by")} {Evaluation.Text(e, 2)}"
            : "Difference quotients: none, no point was found at which the formula has a smooth value");
        if (given.GetValue(this.Json))
        {
            JsonLine.Print(json =>
            {
                json.WriteStartObject();
                json.WriteString("derivative", derivative.Result.ToString());
                json.WriteString("latex", derivative.Result.ToLatex());
                json.WriteString("layout", derivative.Layout);
                json.Number("max_error", error);
                json.Texts("notes", notes);
                json.WriteEndObject();
            });
        }
        return error <= Tolerance ? ExitCode.Fine : ExitCode.No;
    }

    private static string Kind(Variable v) => v.IsScalar ? $"{v} a number"
        : v.Shape[1] == 1 ? $"{v} a column of {v.Shape[0]}"
        : $"{v} a {v.Shape[0]}x{v.Shape[1]} matrix";

    private static Dictionary<string, Shape> Shapes(string? text)
    {
        Dictionary<string, Shape> shapes = new(StringComparer.Ordinal);
        foreach (string part in (text ?? "").Trim().TrimEnd(',', ';') is { Length: > 0 } given ? given.Split([',', ';'], StringSplitOptions.TrimEntries) : [])
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            string[] sizes = sides is [_, var size] ? size.Split(['x', 'X', '×'], StringSplitOptions.TrimEntries) : [];
            int[] numbers = [.. sizes.Select(Size)];
            if (numbers.Length is 0 or > 2 || numbers.Contains(0))
            {
                throw new MistakeException($"'{part}' in --shape is no shape of a variable; write A=3x4 for a matrix, x=3 for a column, l=1 for a number, "
                    + $"sizes up to {LargestSize}.");
            }
            if (!shapes.TryAdd(Plain(part.Split('=')[0].Trim()), Shape.Create(numbers is [1] ? [] : numbers is [var n] ? [n, 1] : numbers)))
                throw new MistakeException($"'{part}': the variable has two shapes in --shape; give it one.");
        }
        return shapes;
    }

    // 0 for what is no size.
    private static int Size(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n is > 0 and <= LargestSize ? n : 0;

    // x₁ and x_1 are x1, alpha is α.
    private static string Plain(string name)
    {
        try
        {
            return Formula.Parse(name).Root is Variable v ? v.Name : name;
        }
        catch (FormulaException)
        {
            return name;
        }
    }
}
