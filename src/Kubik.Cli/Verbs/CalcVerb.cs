using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Kubik.Cli.Terminal;
using Kubik.Glass.Derivatives;
using Kubik.Glass.Formulas;
using Kubik.IO;

namespace Kubik.Cli.Verbs;

/// <summary>The value of a formula at a point, its derivatives, and every step on the way there and back.</summary>
internal sealed class CalcVerb : Verb
{
    private readonly Argument<string> expression = new("EXPR") { Description = "A formula, as for the verb formula." };
    private readonly Option<string?> at = Flags.Text("--at", "x=1,y=2", "The values of the variables.");
    private readonly Option<bool> steps = new("--steps") { Description = "Write every step: what each part is worth, and what reaches it on the way back." };

    private readonly Option<string?> svg = Flags.File("--svg", ".svg",
        "Where to write the picture of the computation graph: on every link the value that goes forward and the gradient that comes back.");

    public override string Name => "calc";

    public override string About => "Computes a formula and its partial derivatives at a point, and checks them against difference quotients.";

    public override string Usage => "EXPR --at x=1,y=2 [--steps] [--svg FILE] [--json]";

    public override (string Words, string Does)[] Examples =>
    [
        ("\"x^2 + xy + (x+y)^2\" --at x=1,y=2", "the value and both derivatives, as formulas and as numbers"),
        ("\"x^2 + xy + (x+y)^2\" --at x=1,y=2 --svg graph.svg", "the computation graph with values and gradients, drawn"),
        ("\"1 + e^(w0 + w1*x)\" --at w0=0,w1=1,x=2 --steps", "forward and backward through the computation graph"),
    ];

    protected override bool TakesFormula => true;

    protected override void Declare(Command command)
    {
        command.Add(this.expression);
        command.Add(this.at);
        command.Add(this.steps);
        command.Add(this.svg);
    }

    protected override int Run(ParseResult given)
    {
        Formula typed = this.Noted(Formula.Parse(FormulaOf(given.GetValue(this.expression))!)), formula = typed.WrittenOut();
        (string Name, double Value)[] point = Point(given.GetValue(this.at), formula);
        Evaluation all = Evaluation.Of(formula, point);
        Console.Out.WriteLine(ReferenceEquals(typed, formula) ? $"f = {formula}" : $"f = {typed} = {formula}");
        if (given.GetValue(this.steps)) Tell(all);
        Console.Out.WriteLine($"f{Evaluation.Equal(all.Value, all.IsRest, all.IsRounded)}");
        TextTable table = new(("derivative", false), ("formula", false), ("value", true), ("difference quotient", true));
        foreach (Partial p in all.Partials)
        {
            string value = p.IsRest ? "≈ 0" : p.IsRounded ? $"≈ {Said(p.Value)}" : Said(p.Value);
            string numeric = p.IsRest && p.Agrees ? "≈ 0" : Evaluation.Near(p.Numeric);
            table.Add($"∂f/∂{p.Variable}", Evaluation.Text(p.Derivative), value, numeric);
        }
        if (all.Partials.Count > 0)
        {
            Console.Out.WriteLine();
            table.Write(Console.Out);
        }
        string[] remarks = [.. Remarks(formula, all, point)];
        foreach (string remark in remarks) Console.Out.WriteLine($"\n{remark}");
        if (given.GetValue(this.svg) is { } file)
        {
            AtomicFile.WriteText(file, formula.ToSvg(point));
            Console.Out.WriteLine($"\nPicture: {Tool.Short(file)}");
        }
        if (given.GetValue(this.Json)) JsonLine.Print(json => Write(json, all, [.. typed.Notes, .. remarks]));
        return ExitCode.Fine;
    }

    // What has to be known of the point: no value, no derivatives, or such whose quotient or formula gives another number.
    private static IEnumerable<string> Remarks(Formula formula, Evaluation all, (string Name, double Value)[] point)
    {
        if (!double.IsFinite(all.Value))
        {
            yield return $"The formula has no finite value{(all.Partials.Count > 0 ? " at this point" : "")}: {Evaluation.WhyNotFinite(formula, point)}.";
            yield break;
        }
        foreach (Partial p in all.Partials)
        {
            string? what = !double.IsFinite(p.Written) ? $"The formula of ∂f/∂{p.Variable} has no finite value here"
                : double.IsFinite(p.Value) && !double.IsFinite(p.Numeric) ? $"There is no difference quotient by {p.Variable}"
                : !p.Agrees || p.IsBlurred ? $"The difference quotient of {p.Variable} is another number"
                : !p.IsAsWritten ? $"The formula of ∂f/∂{p.Variable} gives {Evaluation.Near(p.Written)} here"
                : p.IsKink ? $"There is no derivative by {p.Variable}"
                : null;
            if (what is not null) yield return $"{what}: {Evaluation.Why(formula, p, point)}";
        }
    }

    private static (string Name, double Value)[] Point(string? text, Formula formula)
    {
        List<(string Name, double Value)> values = [];
        foreach (string part in (text ?? "").Trim().TrimEnd(',', ';') is { Length: > 0 } given ? given.Split([',', ';'], StringSplitOptions.TrimEntries) : [])
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            if (sides is not [var name, var number] || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                || !double.IsFinite(value))
                throw new MistakeException($"'{part}' in --at is no value of a variable; write decimal numbers: x=1,y=0.5.");
            string known = name.Replace("_", "", StringComparison.Ordinal);
            Variable variable = formula.Variables.FirstOrDefault(v => v.Name == name || v.Name == known || v.ToString() == name || v.Equals(Named(name)))
                ?? throw new MistakeException(Mistake.Continued(formula.NoVariable(name)));
            if (values.Exists(v => v.Name == variable.Name)) throw new MistakeException($"the variable {variable} has two values in --at; give it one.");
            values.Add((variable.Name, value));
        }
        if (formula.Variables.FirstOrDefault(v => !values.Exists(p => p.Name == v.Name)) is { } missing)
            throw new MistakeException($"the variable {missing} has no value; add {missing.Name}=1 to --at.");
        return [.. values];
    }

    // alpha is α, x₁ is x1.
    private static Expression? Named(string name)
    {
        try
        {
            return Formula.Parse(name).Root;
        }
        catch (FormulaException)
        {
            return null;
        }
    }

    private static void Tell(Evaluation all)
    {
        Console.Out.WriteLine("\nForward: what each part is worth");
        foreach (EvaluationStep step in all.Steps)
        {
            string numbers = step.WithNumbers == Said(step.Value) || step.WithNumbers == step.Formula ? "" : $" = {step.WithNumbers}";
            Console.Out.WriteLine($"  {step.Name} = {step.Formula}{numbers}{Evaluation.Equal(step.Value, step.IsRest, step.IsRounded)}");
        }
        Console.Out.WriteLine("\nBackward: what reaches it, ∂f/∂part");
        foreach (EvaluationStep step in all.Steps.Reverse())
        {
            string gradient = step.Gradient is { } g ? Told(step.Chain, g, step.IsGradientRest, step.IsGradientRounded) : " = not reached";
            Console.Out.WriteLine($"  ∂f/∂{step.Name}{gradient}");
        }
        foreach (Partial p in all.Partials) Console.Out.WriteLine($"  ∂f/∂{p.Variable}{Told(p.Chain, p.Value, p.IsRest, p.IsRounded)}");
        Console.Out.WriteLine();
    }

    private static string Told(string? chain, double gradient, bool isRest, bool isRounded) =>
        $"{(chain is null ? "" : $" = {chain}")}{Evaluation.Equal(gradient, isRest, isRounded)}";

    private static string Said(double x) => Evaluation.Text(x);

    private static void Write(Utf8JsonWriter json, Evaluation all, IReadOnlyList<string> notes)
    {
        json.WriteStartObject();
        json.Number("value", all.Value);
        json.WriteStartObject("gradient");
        foreach (Partial p in all.Partials) json.Number(p.Variable.Name, p.Value);
        json.WriteEndObject();
        json.WriteStartObject("derivative");
        foreach (Partial p in all.Partials) json.WriteString(p.Variable.Name, p.Derivative.ToString());
        json.WriteEndObject();
        json.WriteStartObject("numeric");
        foreach (Partial p in all.Partials) json.Number(p.Variable.Name, p.Numeric);
        json.WriteEndObject();
        json.WriteStartArray("steps");
        foreach (EvaluationStep step in all.Steps)
        {
            json.WriteStartObject();
            json.WriteString("name", step.Name);
            json.WriteString("formula", step.Formula);
            json.WriteString("numbers", step.WithNumbers);
            json.Number("value", step.Value);
            json.Number("gradient", step.Gradient);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.Texts("notes", notes);
        json.WriteEndObject();
    }
}
