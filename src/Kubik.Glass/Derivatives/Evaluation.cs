// A formula at a point: every part with its value on the way forward and with what reaches it on the way back. Values are the
// engine's, gradients are the engine's; nothing is computed here but the difference quotients that they are compared with.

using System.Globalization;
using Kubik.Autograd;
using Kubik.Glass.Explaining;
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
}

/// <summary>A partial derivative at a point.</summary>
/// <param name="Variable">By which variable.</param>
/// <param name="Derivative">As a formula.</param>
/// <param name="Value">Its value, by the engine's gradient.</param>
/// <param name="Numeric">The central difference quotient (f(x + h) − f(x − h)) / 2h.</param>
/// <param name="Written">The value of the derivative's formula.</param>
public sealed record Partial(Variable Variable, Formula Derivative, double Value, double Numeric, double Written)
{
    /// <summary>How it comes of those of the steps that read the variable, 2x·∂f/∂v₁; null where none arrives.</summary>
    public string? Chain { get; init; }

    /// <summary>Whether the value is what rounding has left of 0.</summary>
    public bool IsRest { get; init; }

    /// <summary>Whether the formula's value is the engine's. At a kink, where there is no derivative, the engine takes one of the slopes between those on both sides, and a formula as people write it may give another.</summary>
    public bool IsAsWritten => this.Value.Equals(this.Written) || Math.Abs(this.Value - this.Written) <= 1e-9 * Math.Max(1, Math.Abs(this.Value));

    /// <summary>How far rounding alone can put the difference quotient off: it is the difference of values that are rounded to 16 digits each, divided by a small step.</summary>
    public double Noise { get; init; }

    /// <summary>Whether the slopes on both sides of the point are two, or the value jumps: there is no derivative then.</summary>
    public bool IsKink => this.Jumps || !this.Alike(this.Left, this.Right);

    /// <summary>The engine's slope just before the point.</summary>
    internal double Left { get; init; }

    /// <summary>The engine's slope just after the point.</summary>
    internal double Right { get; init; }

    /// <summary>Whether the value just before or after the point is another.</summary>
    internal bool Jumps { get; init; }

    /// <summary>Whether kinks of parts cancel: there is a derivative, but the engine's rules for its parts or the formula make another number of it.</summary>
    internal bool Cancels => !this.IsKink && !(this.Alike(this.Left, this.Value) && this.IsAsWritten);

    /// <summary>How far apart slopes beside the point may be without a kink: curvature and rounding make two of one.</summary>
    internal double Bend { get; init; }

    private bool Alike(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= 1e-3 * (Math.Abs(a) + Math.Abs(b)) + this.Bend;

    /// <summary>Whether the difference quotient is the derivative but for what rounding explains.</summary>
    public bool Agrees => this.Off <= Close + this.Noise / Math.Max(1, Math.Abs(this.Value));

    /// <summary>Whether rounding is seen in the difference quotient: it agrees, but for rounding it would not.</summary>
    public bool IsBlurred => this.Agrees && this.Off > Close;

    private const double Close = 1e-5;

    private double Off => Math.Abs(this.Value - this.Numeric) / Math.Max(1, Math.Abs(this.Value));
}

/// <summary>A formula at a point.</summary>
/// <param name="Value">The formula's value.</param>
/// <param name="Partials">Its derivative by each variable.</param>
/// <param name="Steps">Its parts in the order in which they are computed.</param>
public sealed record Evaluation(double Value, IReadOnlyList<Partial> Partials, IReadOnlyList<EvaluationStep> Steps)
{
    /// <summary>Computes a formula, its derivatives and all its parts.</summary>
    /// <exception cref="ArgumentException">A variable has no value or two, or the formula's value or a part of it is no number.</exception>
    public static Evaluation Of(Formula formula, params ReadOnlySpan<(string Name, double Value)> at)
    {
        ArgumentNullException.ThrowIfNull(formula);
        if (!formula.Root.IsScalar) throw new ArgumentException($"The value of {formula} is no number but {formula.Root.Shape}; reduce it, for example with sum(…).", nameof(formula));
        if (Formula.Parts(formula.Root).Find(p => !p.IsScalar) is { } matrix)
            throw new ArgumentException($"Derivatives are those of numbers by numbers, and {matrix} in {formula} is {matrix.Shape}: write columns and matrices out, number by number.", nameof(formula));
        (string Name, double Value)[] point = Given(formula, at);
        Dictionary<string, Tensor> variables = point.ToDictionary(p => p.Name, p => Tensor.Scalar(p.Value, DType.Float64).Track(), StringComparer.Ordinal);
        // Parts that are written alike are one step.
        Dictionary<Expression, Tensor> computed = Formula.ComputeParts(formula.Root, leaf => Formula.Leaf(leaf, v => variables[v.Name]), Formula.Apply, EqualityComparer<Expression>.Default);
        Expression[] shown = [.. Formula.Parts(formula.Root).Distinct().Where(p => p is Call { Op: not (Reshape or Cast or Stack) } && p.IsScalar && p.Spec.DType == DType.Float64 || p is Call { Op: Cast })];
        Tensor?[] reached = Gradient.TryOf(computed[formula.Root], [.. shown.Select(p => computed[p])]);
        List<EvaluationStep> steps = [];
        Dictionary<Expression, Variable> names = [];
        Dictionary<string, (Expression Written, double Value)> chains = new(StringComparer.Ordinal);
        Dictionary<string, double> known = point.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        // At a kink the engine's share is not what the formula of the slope gives.
        string? Chain(string name, double gradient) => chains.TryGetValue(name, out (Expression Written, double Value) chain) && Math.Abs(chain.Value - gradient) <= 1e-9 * Math.Max(1, Math.Abs(gradient)) ? chain.Written.ToString() : null;
        (HashSet<Expression> rests, HashSet<Expression> restsBack) = RestsOf(formula, computed, shown);
        Dictionary<Expression, Expression> numbers = [];
        for (int i = 0; i < shown.Length; i++)
        {
            Call c = (Call)shown[i];
            Call own = Replaced(c, names), withNumbers = Replaced(c, numbers, point);
            double value = computed[c].Item();
            names[c] = new Variable($"v{i + 1}", c.Shape);
            numbers[c] = Rounded(rests.Contains(c) ? 0 : value);
            steps.Add(new(names[c].ToString(), own.ToString(), withNumbers.ToString(), value, reached[i]?.Item())
            {
                IsRest = rests.Contains(c),
                IsGradientRest = restsBack.Contains(c),
            });
            if (reached[i] is { } arrives) Link(chains, own, names[c], known, arrives.Item());
            known[names[c].Name] = value;
        }
        steps = [.. steps.Select((s, i) => s with { Chain = s.Gradient is { } g ? Chain($"v{i + 1}", g) : null })];
        Tensor?[] gradients = Gradient.TryOf(computed[formula.Root], [.. formula.Variables.Select(v => variables[v.Name])]);
        // Each part is rounded, and what reaches it says what that makes of the whole.
        double rounding = Math.BitIncrement(1.0) - 1;
        double blur = rounding * shown.Select((p, i) => Math.Abs(computed[p].Item() * (reached[i]?.Item() ?? 0))).Where(double.IsFinite).Sum();
        Partial Of(Variable by, Formula derivative, double slope) =>
            new(by, derivative, slope, Quotient(formula, point, by.Name), derivative.At(point))
            {
                Chain = Chain(by.Name, slope),
                Noise = blur / Step(Array.Find(point, p => p.Name == by.Name).Value),
                IsRest = restsBack.Contains(by),
                Bend = restsBack.Contains(by) ? Rest : 0,
            };
        double result = computed[formula.Root].Item();
        Partial[] partials = [.. Differentiation.Of(formula).Select((d, i) => Beside(Of(d.Variable, d.Derivative, gradients[i]?.Item() ?? 0), formula, point, result, blur))];
        return new(result, partials, steps) { IsRest = rests.Contains(formula.Root) };
    }

    /// <summary>Whether the value is what rounding has left of 0.</summary>
    public bool IsRest { get; init; }

    /// <summary>Why a difference quotient or the formula of a derivative may differ from the derivative at the point.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="partial">Its derivative.</param>
    /// <param name="at">The point.</param>
    /// <exception cref="ArgumentException">A variable has no value.</exception>
    public static string Why(Formula formula, Partial partial, params ReadOnlySpan<(string Name, double Value)> at)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(partial);
        string x = partial.Variable.ToString(), slope = Text(partial.Value);
        if (!double.IsFinite(partial.Value) || !double.IsFinite(partial.Numeric)) return $"the formula or its derivative by {x} does not exist at this point.";
        if (partial.IsBlurred) return $"it is computed from numbers so large that rounding alone can put it off by {Text(partial.Noise, 1)}. The derivative is {slope}.";
        (string Name, double Value)[] near = Given(formula, at);
        int k = Array.FindIndex(near, p => p.Name == partial.Variable.Name);
        if (k < 0) throw new ArgumentException($"The formula {formula} has no variable {x}.", nameof(partial));
        if (partial.Jumps) return $"at this point the formula jumps in {x}. The engine takes the slope beside the jump, {slope}.";
        if (!partial.IsKink && !partial.Cancels) return $"near this point the formula changes too fast in {x} for a quotient over ±{Text(Step(near[k].Value))}. The derivative is {slope}.";
        string[] rules = [.. Formula.Parts(formula.Root).OfType<Call>().Select(c => c.Op switch
        {
            Binary<Maximum> or Binary<Minimum> or Reduce<Max> or Reduce<Min> => "equally large arguments of max and min share it",
            Unary<Relu> => "relu(0) has 0",
            UnaryNumber<Abs> => "|0| has 0",
            _ => "",
        }).Where(r => r.Length > 0).Distinct()];
        string met = partial.Cancels ? $"kinks of its parts cancel in {x} at this point: the slope is {Text(partial.Left)} on both sides"
            : $"at this point the formula has a kink in {x}: the slope is {Text(partial.Left)} to the left and {Text(partial.Right)} to the right";
        return $"{met}. The engine takes the slope {slope} there{(rules.Length == 0 ? "" : $": {string.Join(", and ", rules)}")}.";
    }

    /// <summary>Why a formula has no finite value at a point: which part of it is the first without one, and whether it is undefined, infinite or too large.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="at">The point.</param>
    /// <exception cref="ArgumentException">A variable has no value, or the formula's value is finite.</exception>
    public static string WhyNotFinite(Formula formula, params ReadOnlySpan<(string Name, double Value)> at)
    {
        ArgumentNullException.ThrowIfNull(formula);
        Dictionary<string, double> values = Given(formula, at).ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        Dictionary<Expression, Tensor> all = Formula.ComputeParts(formula.Root, leaf => Formula.Leaf(leaf, v => Tensor.Scalar(values[v.Name], DType.Float64)), Formula.Apply, ReferenceEqualityComparer.Instance);
        bool IsFinite(Expression part) => !part.Spec.DType.IsFloat || all[part].ToDoubles().All(double.IsFinite);
        if (IsFinite(formula.Root)) throw new ArgumentException($"The value of {formula} is finite at this point: {Text(all[formula.Root].ToDoubles()[0])}.", nameof(at));
        // Down to the part that makes it so; what a choice leaves aside has no say.
        Expression first = formula.Root;
        while (first is Call c && (c.Op is Where ? c.Inputs[all[c.Inputs[0]].ToDoubles()[0] != 0 ? 1 : 2] : c.Inputs.FirstOrDefault(x => !IsFinite(x))) is { } next && !IsFinite(next)) first = next;
        if (first is not Call call) return $"{first} is {Text(all[first].Item())}";
        if (all[call].ToDoubles().Any(double.IsNaN)) return $"{call} is not defined there";
        // A pole is one point: beside it there are values. What is too large is so around it.
        bool isPole = new[] { -Pole, Pole }.Any(by => call.Op.Apply([.. call.Inputs.Select(x => all[x].DType.IsFloat ? all[x] * (1 + by) + by : all[x])]).ToDoubles().All(double.IsFinite));
        return isPole ? $"{call} is infinite there" : $"{call} is too large: numbers end at 1.8·10³⁰⁸";
    }

    private const double Wide = 6e-6, Close = 1e-15, Pole = 1e-3, Rest = 1e-9, Sharp = 1000, Away = 1e6;

    private const int Places = 6;

    /// <summary>A number with six digits and the sign before it: " = 12", or " ≈ 0" of what rounding has left of 0.</summary>
    /// <param name="x">The number.</param>
    /// <param name="isRest">Whether it is a rest.</param>
    public static string Equal(double x, bool isRest) => isRest ? " ≈ 0" : $" = {Text(x)}";

    /// <summary>A number with six digits, as all of an evaluation are written.</summary>
    /// <param name="x">The number.</param>
    /// <param name="digits">How many digits.</param>
    public static string Text(double x, int digits = Places) => Digits.Significant(x, digits);

    /// <summary>A formula with six digits of its numbers, and ≈ before it when that is not all of them: 1.0507 of 1.0507009873554805.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="digits">How many digits.</param>
    public static string Text(Formula formula, int digits = Places)
    {
        ArgumentNullException.ThrowIfNull(formula);
        bool isRounded = false;
        Expression Short(Number n)
        {
            if (n.IsConstant || n.Text.Count(char.IsAsciiDigit) <= digits + 3) return n; // 0.001234 is as it was typed
            string few = Numeral.Of(n.Value, digits).ToTyped();
            isRounded |= Math.Abs(double.Parse(few, CultureInfo.InvariantCulture) - n.Value) > Precision.Full.Rounding * Math.Abs(n.Value); // 0.30000000000000004 is 0.3
            return new Number(n.Value, few);
        }
        Expression written = Formula.Rewritten(formula.Root, (part, x) => part is Number n ? Short(n) : part is Call c ? c.With(x) : part);
        return (isRounded ? "≈ " : "") + Formula.Of(written);
    }

    // The parts of whose value rounding has left nothing else (sin(π) is 0), and the parts and variables of whose gradient.
    private static (HashSet<Expression> Values, HashSet<Expression> Gradients) RestsOf(Formula formula, Dictionary<Expression, Tensor> computed, Expression[] parts)
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
        return ([.. symbols.Where(s => rests.Contains(s.Value)).Select(s => s.Key)], [.. wanted.Where((_, i) => back[i] is { } gradient && rests.Contains(gradient))]);
    }

    // What a step hands back to what it reads: its slope there, times what reaches itself.
    private static void Link(Dictionary<string, (Expression Written, double Value)> chains, Call step, Variable name, Dictionary<string, double> known, double arrives)
    {
        Symbol reached = new(name.Spec, $"∂f/∂{name}", $@"\frac{{\partial f}}{{\partial {new LatexWriter().Write(name)}}}", Strength.Product);
        foreach ((Variable input, Formula slope) in Differentiation.Of(Formula.Of(step)))
        {
            Expression? part = slope.Root switch
            {
                Number { Value: 0 } => null,
                Number { Value: 1 } => reached,
                Number { Value: -1 } => Call.Of(UnaryNumber<Neg>.Instance, reached),
                Call { Op: Binary<Div>, Inputs: [Number { Value: 1 }, var below] } => Call.Of(Binary<Div>.Instance, reached, below),
                var other => Call.Of(Binary<Mul>.Instance, other, reached),
            };
            if (part is null) continue;
            double value = slope.At([.. slope.Variables.Select(v => (v.Name, known[v.Name]))]) * arrives;
            chains[input.Name] = chains.TryGetValue(input.Name, out (Expression Written, double Value) before) ? (Call.Of(Binary<Add>.Instance, before.Written, part), before.Value + value) : (part, value);
        }
    }

    private static Number Rounded(double x) => new(x, Numeral.Of(x, Places).ToTyped());

    // A value for every variable.
    private static (string Name, double Value)[] Given(Formula formula, ReadOnlySpan<(string Name, double Value)> at)
    {
        (string Name, double Value)[] given = at.ToArray();
        return formula.Variables.FirstOrDefault(v => !Array.Exists(given, p => p.Name == v.Name)) is { } missing
            ? throw new ArgumentException($"The variable {missing} has no value; give one, as in {missing.Name}=1.", nameof(at))
            : given;
    }

    private static double Step(double x) => Wide * Math.Max(1, Math.Abs(x)); // ∛ε: rounding and curvature weigh the same

    // The engine's slopes a few units of the last place beside the point, where no part is at its kink: no quotient is as sharp.
    private static Partial Beside(Partial partial, Formula formula, (string Name, double Value)[] at, double here, double blur)
    {
        double by = Close * Math.Max(1, Math.Abs(Array.Find(at, p => p.Name == partial.Variable.Name).Value));
        (double Value, double Slope) At(double off)
        {
            Dictionary<string, Tensor> moved = at.ToDictionary(p => p.Name, p => Tensor.Scalar(p.Name == partial.Variable.Name ? p.Value + off : p.Value, DType.Float64).Track(), StringComparer.Ordinal);
            Tensor f = Formula.ComputeParts(formula.Root, leaf => Formula.Leaf(leaf, v => moved[v.Name]), Formula.Apply, EqualityComparer<Expression>.Default)[formula.Root];
            return (f.Item(), Gradient.TryOf(f, [moved[partial.Variable.Name]])[0]?.Item() ?? 0);
        }
        (double Value, double Slope) left = At(-by), right = At(by);
        // Nearer to a kink the slopes stay two; else they meet: of x² faster than of |x|^1.2, and by more than this.
        double bend = Math.Abs(At(Away * by).Slope - At(-Away * by).Slope) / 5;
        double most = Sharp * (blur + by * Math.Max(1, Math.Max(Math.Abs(left.Slope), Math.Abs(right.Slope))));
        return partial with { Left = left.Slope, Right = right.Slope, Bend = partial.Bend + (double.IsFinite(bend) ? bend : 0), Jumps = Math.Abs(left.Value - here) > most || Math.Abs(right.Value - here) > most };
    }

    private static double Quotient(Formula formula, (string Name, double Value)[] at, string name)
    {
        (string Name, double Value)[] up = [.. at], down = [.. at];
        int k = Array.FindIndex(at, p => p.Name == name);
        double h = Step(at[k].Value);
        up[k].Value += h;
        down[k].Value -= h;
        return (formula.At(up) - formula.At(down)) / (up[k].Value - down[k].Value);
    }

    // One op, with names for what it reads.
    private static Call Replaced(Call c, Dictionary<Expression, Variable> names) => Call.Of(c.Op, [.. c.Inputs.Select(x => Named(x, y => names.TryGetValue(y, out Variable? v) ? v : null))]);

    private static Call Replaced(Call c, Dictionary<Expression, Expression> values, (string Name, double Value)[] at) => Call.Of(c.Op, [.. c.Inputs.Select(x => Named(x, y =>
        values.TryGetValue(y, out Expression? number) ? number : y is Variable v ? Rounded(Array.Find(at, p => p.Name == v.Name).Value) : null))]);

    // Through what is not shown as a step of its own.
    private static Expression Named(Expression x, Func<Expression, Expression?> name) => name(x) ?? (x is Call c ? Call.Of(c.Op, [.. c.Inputs.Select(i => Named(i, name))]) : x);
}
