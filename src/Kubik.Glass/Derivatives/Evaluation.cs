// A formula at a point: every part with its value on the way forward and with what reaches it on the way back. Values are the
// engine's, gradients are the engine's; nothing is computed here but the difference quotients that they are compared with.

using System.Globalization;
using Kubik.Autograd;
using Kubik.Glass.Formulas;
using Kubik.Graphs;

namespace Kubik.Glass.Derivatives;

/// <summary>A part of a formula at a point.</summary>
/// <param name="Name">Its name in the other steps: v1, v2, …</param>
/// <param name="Formula">How it is computed from variables and other steps.</param>
/// <param name="WithNumbers">The same with their values.</param>
/// <param name="Value">Its value.</param>
/// <param name="Gradient">∂f/∂ of it; null when the result does not depend on it by a derivative.</param>
public sealed record EvaluationStep(string Name, string Formula, string WithNumbers, double Value, double? Gradient)
{
    /// <summary>How ∂f/∂ of it comes of those of the steps that read it, 2v₄·∂f/∂v₅; null for the last step, and where none arrives.</summary>
    public string? Chain { get; init; }

    /// <summary>Whether the value is what rounding has left of 0, as in sin(π); in <see cref="WithNumbers"/> of other steps it is 0.</summary>
    public bool IsRest { get; init; }

    /// <summary>Whether the gradient is what rounding has left of 0.</summary>
    public bool IsGradientRest { get; init; }

    /// <summary>Whether six digits are not all of the value, or the numbers that <see cref="WithNumbers"/> has do not give it.</summary>
    public bool IsRounded { get; init; }

    /// <summary>Whether six digits are not all of the gradient.</summary>
    public bool IsGradientRounded { get; init; }
}

/// <summary>A formula at a point.</summary>
/// <param name="Value">The formula's value.</param>
/// <param name="Partials">Its derivative by each variable.</param>
/// <param name="Steps">Its parts in the order in which they are computed.</param>
public sealed partial record Evaluation(double Value, IReadOnlyList<Partial> Partials, IReadOnlyList<EvaluationStep> Steps)
{
    private const double Wide = 6e-6, Close = 1e-15, Rest = 1e-9, Sharp = 1000, Away = 1e6, Off = 1e-3;
    private const int Bits = 52, Halves = 1040; // of a number; from a step to the least number

    /// <summary>Whether the value is what rounding has left of 0.</summary>
    public bool IsRest { get; init; }

    /// <summary>Whether six digits are not all of the value: 1/3, or 1 of 1 + 10⁻²⁰.</summary>
    public bool IsRounded { get; init; }

    /// <summary>Computes a formula, its derivatives and all its parts.</summary>
    /// <exception cref="ArgumentException">A variable has no value or two, or the formula's value or a part of it is no number.</exception>
    public static Evaluation Of(Formula formula, params ReadOnlySpan<(string Name, double Value)> at)
    {
        ArgumentNullException.ThrowIfNull(formula);
        if (!formula.Root.IsScalar)
            throw new ArgumentException($"The value of {formula} is no number but {formula.Root.Shape}; reduce it, for example with sum(…).", nameof(formula));
        if (Formula.Parts(formula.Root).Find(p => !p.IsScalar) is { } matrix)
        {
            throw new ArgumentException($"Derivatives are those of numbers by numbers, and {matrix} in {formula} is {matrix.Shape}: "
                + "write columns and matrices out, number by number.", nameof(formula));
        }
        (string Name, double Value)[] point = Given(formula, at);
        Dictionary<string, Tensor> variables = point.ToDictionary(p => p.Name, p => Tensor.Scalar(p.Value, DType.Float64).Track(), StringComparer.Ordinal);
        Dictionary<Expression, Tensor> computed = Computed(formula, v => variables[v.Name]);
        Expression[] shown = [.. Formula.Parts(formula.Root).Distinct().Where(IsStep)];
        Tensor?[] reached = Gradient.TryOf(computed[formula.Root], [.. shown.Select(p => computed[p])]);
        List<EvaluationStep> steps = [];
        Dictionary<Expression, Variable> names = [];
        Dictionary<string, (Expression Written, double Value)> chains = new(StringComparer.Ordinal);
        Dictionary<string, (Exact? Exact, double Value)> known = point.ToDictionary(p => p.Name, p => (Exact.Of(p.Value), p.Value), StringComparer.Ordinal);
        List<(string Input, string Step, Exact? Slope)> links = [];
        (HashSet<Expression> rests, HashSet<Expression> restsBack) = RestsOf(formula, computed, shown);
        Dictionary<Expression, Expression> numbers = [];
        for (int i = 0; i < shown.Length; i++)
        {
            Call c = (Call)shown[i];
            Call own = Replaced(c, names), withNumbers = Replaced(c, numbers, point);
            double value = computed[c].Item();
            names[c] = new Variable($"v{i + 1}", c.Shape);
            numbers[c] = Rounded(rests.Contains(c) ? 0 : value);
            Expression told = Told(withNumbers, value);
            known[names[c].Name] = (Exact.Of(Formula.Of(own), known), value);
            steps.Add(new(names[c].ToString(), own.ToString(), told.ToString(), value, reached[i]?.Item())
            {
                IsRounded = Exact.IsRounded(known[names[c].Name].Exact, value) || Explaining.PrintedArithmetic.Gives(told, Printed(value)) != true,
                IsRest = rests.Contains(c),
                IsGradientRest = restsBack.Contains(c),
            });
            if (reached[i] is { } arrives) Link(chains, links, own, names[c], known, arrives.Item());
        }
        Dictionary<string, Exact?> back = Back(links, steps.Count);
        steps =
        [
            .. steps.Select((s, i) => s with
            {
                Chain = s.Gradient is { } g ? Chain($"v{i + 1}", g) : null,
                IsGradientRounded = s.Gradient is { } arrived && Exact.IsRoundedSlope(back.GetValueOrDefault($"v{i + 1}", Exact.Zero), arrived),
            }),
        ];
        Tensor?[] gradients = Gradient.TryOf(computed[formula.Root], [.. formula.Variables.Select(v => variables[v.Name])]);
        // Each part is rounded, and what reaches it says what that makes of the whole.
        double rounding = Math.BitIncrement(1.0) - 1;
        double blur = rounding * shown.Select((p, i) => Math.Abs(computed[p].Item() * (reached[i]?.Item() ?? 0))).Where(double.IsFinite).Sum();
        double result = computed[formula.Root].Item();
        List<Partial> partials = [];
        foreach (((Variable by, Formula derivative), Tensor? gradient) in Differentiation.Of(formula).Zip(gradients))
        {
            double slope = gradient?.Item() ?? 0, scale = Scale(formula, point, by.Name), step = Step(scale, Of(point, by.Name));
            Partial partial = new(by, derivative, slope, Quotient(formula, point, by.Name, step), derivative.At(point))
            {
                Chain = Chain(by.Name, slope),
                Step = step,
                Noise = blur / step,
                IsRest = restsBack.Contains(by),
                IsRounded = Exact.IsRoundedSlope(Exact.Of(derivative, known) ?? back.GetValueOrDefault(by.Name, Exact.Zero), slope),
                Bend = (restsBack.Contains(by) ? Rest : 0) + Sharp * blur / scale,
            };
            partials.Add(Beside(partial, formula, point, scale, result, blur));
        }
        bool isRounded = Exact.IsRounded(Exact.Of(formula, known), result);
        return new(result, partials, steps) { IsRest = rests.Contains(formula.Root), IsRounded = isRounded };

        // At a kink the engine's share is not what the formula of the slope gives.
        string? Chain(string name, double gradient) =>
            chains.TryGetValue(name, out (Expression Written, double Value) chain) && Math.Abs(chain.Value - gradient) <= 1e-9 * Math.Max(1, Math.Abs(gradient))
                ? chain.Written.ToString() : null;
    }

    // Numbers; what only changes their shape or type is none, but a comparison as a number is.
    private static bool IsStep(Expression part) => part switch
    {
        Call { Op: Cast } => true,
        Call { Op: not (Reshape or Stack) } => part.IsScalar && part.Spec.DType == DType.Float64,
        _ => false,
    };

    // The values of all parts; those that are written alike are one.
    private static Dictionary<Expression, Tensor> Computed(Formula formula, Func<Variable, Tensor> value) =>
        Formula.ComputeParts(formula.Root, leaf => Formula.Leaf(leaf, value), Formula.Apply, EqualityComparer<Expression>.Default);

    // The parts of whose value rounding has left nothing else (sin(π) is 0), and the parts and variables of whose gradient.
    private static (HashSet<Expression> Values, HashSet<Expression> Gradients) RestsOf(
        Formula formula, Dictionary<Expression, Tensor> computed, Expression[] parts)
    {
        Expression[] leaves = [.. Formula.Parts(formula.Root).Where(p => p is not Call).Distinct()], wanted = [.. parts, .. leaves.OfType<Variable>()];
        Dictionary<Expression, Tensor> symbols = [];
        Tensor?[] back = [];
        Graph graph = Graph.Trace(x =>
        {
            symbols = Formula.ComputeParts(formula.Root, leaf => x[Array.IndexOf(leaves, leaf)], Formula.Apply, EqualityComparer<Expression>.Default);
            back = Gradient.TryOf(symbols[formula.Root], [.. wanted.Select(p => symbols[p])]);
            return [symbols[formula.Root], .. back.OfType<Tensor>()];
        }, [.. leaves.Select(l => l.Spec)]);
        HashSet<Tensor> rests = new(ReferenceEqualityComparer.Instance);
        Explaining.Rounding rounding = new(graph.Values, isGuard: _ => false, DType.Float64) { Withdrawn = (symbol, _) => rests.Remove(symbol) };
        Interpreter run = null!;
        run = new(Interpreter.Compute, _ => throw new InvalidOperationException("A formula has no parameters."))
        {
            See = (symbol, value) =>
            {
                Tensor? marked = rounding.Marked(symbol, value, x => run.TryGet(x, out Tensor? known) ? known : null);
                if (marked is not null && marked.ToDoubles().Contains(Explaining.Rounding.Rest)) rests.Add(symbol);
            },
        };
        for (int i = 0; i < leaves.Length; i++) run[graph.Inputs[i]] = computed[leaves[i]].Detach();
        run.Run(graph.Values.Where(v => v is { IsSymbolic: true, Node: not null }));
        return (
            [.. symbols.Where(s => rests.Contains(s.Value)).Select(s => s.Key)],
            [.. wanted.Where((_, i) => back[i] is { } gradient && rests.Contains(gradient))]);
    }

    // What reaches each step and variable, as far as fractions tell it.
    private static Dictionary<string, Exact?> Back(List<(string Input, string Step, Exact? Slope)> links, int steps)
    {
        Dictionary<string, Exact?> reached = new(StringComparer.Ordinal) { [$"v{steps}"] = Exact.One };
        foreach ((string input, string step, Exact? slope) in Enumerable.Reverse(links))
            reached[input] = reached.GetValueOrDefault(input, Exact.Zero) + reached.GetValueOrDefault(step, Exact.Zero) * slope;
        return reached;
    }

    // What a step hands back to what it reads: its slope there, times what reaches itself.
    private static void Link(
        Dictionary<string, (Expression Written, double Value)> chains, List<(string Input, string Step, Exact? Slope)> links,
        Call step, Variable name, Dictionary<string, (Exact? Exact, double Value)> known, double arrives)
    {
        Symbol reached = new(name.Spec, $"∂f/∂{name}", $@"\frac{{\partial f}}{{\partial {new LatexWriter().Write(name)}}}", Strength.Product);
        foreach ((Variable input, Formula slope) in Differentiation.Of(Formula.Of(step)))
        {
            links.Add((input.Name, name.Name, Exact.Of(slope, known)));
            Expression? part = slope.Root switch
            {
                Number { Value: 0 } => null,
                Number { Value: 1 } => reached,
                Number { Value: -1 } => Call.Of(UnaryNumber<Neg>.Instance, reached),
                Call { Op: Binary<Div>, Inputs: [Number { Value: 1 }, var below] } => Call.Of(Binary<Div>.Instance, reached, below),
                var other => Call.Of(Binary<Mul>.Instance, other, reached),
            };
            if (part is null) continue;
            double value = slope.At([.. slope.Variables.Select(v => (v.Name, known[v.Name].Value))]) * arrives;
            chains[input.Name] = chains.TryGetValue(input.Name, out (Expression Written, double Value) before)
                ? (Call.Of(Binary<Add>.Instance, before.Written, part), before.Value + value)
                : (part, value);
        }
    }

    // Where rounded numbers would give something else, as in [0.3 > 0.3] or 0.3 − 0.3, they have all their digits.
    private static Expression Told(Call written, double value)
    {
        Expression Each(Func<Number, Number> number) =>
            Formula.Rewritten(written, (part, x) => part is Number { IsConstant: false } n ? number(n) : part is Call c ? c.With(x) : part);
        Expression printed = Each(n => double.TryParse(n.Text, CultureInfo.InvariantCulture, out double x) ? new(x) : n);
        double result = Formula.Compute(printed, new Dictionary<string, Tensor>(StringComparer.Ordinal)).Item();
        return Math.Abs(result - value) > Off * Math.Abs(value) ? Each(n => new(n.Value)) : written;
    }

    private static Symbol Printed(double x) => new(new TensorSpec(DType.Float64, []), Text(x), "");

    private static Number Rounded(double x) => new(x, Numeral.Of(x, Places).ToTyped());

    // A value for every variable.
    private static (string Name, double Value)[] Given(Formula formula, ReadOnlySpan<(string Name, double Value)> at)
    {
        (string Name, double Value)[] given = at.ToArray();
        return formula.Variables.FirstOrDefault(v => !Array.Exists(given, p => p.Name == v.Name)) is { } missing
            ? throw new ArgumentException($"The variable {missing} has no value; give one, as in {missing.Name}=1.", nameof(at))
            : given;
    }

    private static double Of((string Name, double Value)[] at, string name) => Array.Find(at, p => p.Name == name).Value;

    // Over how much of a variable a formula may be taken for smooth: its size; near the end of where it has values, as ln(x) at
    // 10⁻⁹, how far that is.
    private static double Scale(Formula formula, (string Name, double Value)[] at, string name)
    {
        double x = Of(at, name), whole = Math.Max(1, Math.Abs(x));
        bool Fits(int halves) => double.IsFinite(Quotient(formula, at, name, Math.ScaleB(Wide * whole, -halves)));
        if (Fits(0) || !double.IsFinite(formula.At(at))) return whole;
        int above = 0, below = x == 0 ? Halves : (int)Math.Log2(Wide * whole / Math.Abs(x)) + Bits;
        if (!Fits(below)) return whole;
        while (below - above > 1)
        {
            int between = (above + below) / 2;
            if (Fits(between)) below = between;
            else above = between;
        }
        return Math.ScaleB(Wide * whole, -below);
    }

    // ∛ε: rounding and curvature weigh the same; and no less than there is to the next number.
    private static double Step(double scale, double x) => Math.Max(Wide * scale, Math.BitIncrement(Math.Abs(x)) - Math.Abs(x));

    // The engine's slopes a few units of the last place beside the point, where no part is at its kink: no quotient is as sharp.
    private static Partial Beside(Partial partial, Formula formula, (string Name, double Value)[] at, double scale, double here, double blur)
    {
        double by = Close * Math.Max(scale, Math.Abs(Of(at, partial.Variable.Name)));
        (double Value, double Slope) At(double off)
        {
            Dictionary<string, Tensor> moved = at.ToDictionary(p => p.Name, p => Tensor.Scalar(p.Value, DType.Float64).Track(), StringComparer.Ordinal);
            string x = partial.Variable.Name;
            moved[x] = Tensor.Scalar(moved[x].Item() + off, DType.Float64).Track();
            Tensor f = Computed(formula, v => moved[v.Name])[formula.Root];
            return (f.Item(), Gradient.TryOf(f, [moved[x]])[0]?.Item() ?? 0);
        }
        // At a kink each side has a slope of its own; at a pole between two numbers that of tan(x) is a quarter at twice the distance.
        bool Turns(double near, double far) => Math.Abs(near - far) > Math.Max(partial.Bend, Math.Max(Math.Abs(near), Math.Abs(far)) / 2);
        (double Value, double Slope) left = At(-by), right = At(by);
        // Nearer to a kink the slopes stay two; else they meet: of x² faster than of |x|^1.2, and by more than this.
        double bend = Math.Abs(At(Away * by).Slope - At(-Away * by).Slope) / 5;
        double most = Sharp * (blur + by * Math.Max(1, Math.Max(Math.Abs(left.Slope), Math.Abs(right.Slope))));
        return partial with
        {
            Left = left.Slope,
            Right = right.Slope,
            IsSteep = Turns(left.Slope, At(-2 * by).Slope) || Turns(right.Slope, At(2 * by).Slope),
            Bend = partial.Bend + (double.IsFinite(bend) ? bend : 0),
            Jumps = Math.Abs(left.Value - here) > most || Math.Abs(right.Value - here) > most,
        };
    }

    private static double Quotient(Formula formula, (string Name, double Value)[] at, string name, double h)
    {
        (string Name, double Value)[] up = [.. at], down = [.. at];
        int k = Array.FindIndex(at, p => p.Name == name);
        up[k].Value += h;
        down[k].Value -= h;
        return (formula.At(up) - formula.At(down)) / (up[k].Value - down[k].Value);
    }

    // One op, with names for what it reads.
    private static Call Replaced(Call c, Dictionary<Expression, Variable> names) => WithInputs(c, x => names.TryGetValue(x, out Variable? v) ? v : null);

    // One op, with the numbers of what it reads.
    private static Call Replaced(Call c, Dictionary<Expression, Expression> values, (string Name, double Value)[] at) => WithInputs(c, x =>
        values.TryGetValue(x, out Expression? number) ? number
        : x is Variable v ? Rounded(Array.Find(at, p => p.Name == v.Name).Value)
        : null);

    private static Call WithInputs(Call c, Func<Expression, Expression?> name) => Call.Of(c.Op, [.. c.Inputs.Select(x => Named(x, name))]);

    // Through what is not shown as a step of its own.
    private static Expression Named(Expression x, Func<Expression, Expression?> name) => name(x) ?? (x is Call c ? WithInputs(c, name) : x);
}
