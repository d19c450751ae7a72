// A formula as a user types it: read into an expression, written in every way, computed by the engine.

using Kubik.Glass.Pictures;

namespace Kubik.Glass.Formulas;

/// <summary>A formula that can be read, written and computed.</summary>
/// <example><code>
/// Formula f = Formula.Parse("max(0, 3x1 + 4x2 + 1)");
/// Console.WriteLine(f);             // max(0, 3x₁ + 4x₂ + 1)
/// Console.WriteLine(f.ToLatex());   // \max\left(0, 3 x_{1} + 4 x_{2} + 1\right)
/// Tensor y = f.At(("x1", 1), ("x2", 2));   // 12
/// </code></example>
public sealed class Formula
{
    private Formula(Expression root, IReadOnlyList<string>? notes = null) => (this.Root, this.Notes) = (root, notes ?? []);

    /// <summary>The whole expression.</summary>
    public Expression Root { get; }

    /// <summary>What was read otherwise than it may have been meant, a sentence each: f(x), which is a product.</summary>
    /// <example><code>Formula.Parse("f(x) + 1").Notes[0]   // f(…) is read as a product, f·(…), for there is no function f; f*(…) says so.</code></example>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The variables, each once, in the order in which they appear.</summary>
    public IReadOnlyList<Variable> Variables => [.. Parts(this.Root).OfType<Variable>().Distinct()];

    /// <summary>What is said when a name is that of no variable: a sentence with those that there are.</summary>
    /// <example><code>Formula.Parse("3y").NoVariable("x")   // The formula 3y has no variable x; it has y.</code></example>
    public string NoVariable(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] names = [.. this.Variables.Select(v => v.Name)];
        return $"The formula {this} has no variable {name}; it has {(names.Length == 0 ? "none" : string.Join(", ", names))}.{Lookalike.Hint(name, names)}";
    }

    /// <summary>Reads a formula whose variables are numbers.</summary>
    /// <exception cref="FormulaException">It cannot be read; the message shows the place.</exception>
    public static Formula Parse(string text) => Parse(text, new Dictionary<string, Shape>(StringComparer.Ordinal));

    /// <summary>Reads a formula.</summary>
    /// <param name="text">The formula.</param>
    /// <param name="shapes">The shapes of variables that are columns, (n, 1), or matrices; others are numbers.</param>
    /// <exception cref="FormulaException">It cannot be read; the message shows the place.</exception>
    public static Formula Parse(string text, IReadOnlyDictionary<string, Shape> shapes)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(shapes);
        // The sizes of columns of ones and of unit matrices are those that fit.
        string[] sizes = shapes.Count == 0 ? [] : [.. Parser.Sizes(text, shapes).Where(s => !shapes.ContainsKey(s))];
        if (sizes.Length > 0) return ShapeGuess.Fitted(text, shapes, sizes);
        (Expression root, IReadOnlyList<string> notes) = Parser.Parse(text, shapes);
        return new(root, notes);
    }

    /// <summary>
    /// Reads a formula of matrices whose shapes need not be said: capitals are matrices and other letters columns of sizes that fit, or
    /// numbers where they cannot be columns.
    /// </summary>
    /// <param name="text">The formula.</param>
    /// <param name="known">The shapes that are known.</param>
    /// <param name="by">A variable that is to stay a column when it can.</param>
    /// <exception cref="FormulaException">It cannot be read; the message shows the place.</exception>
    public static Formula ParseMatrices(string text, IReadOnlyDictionary<string, Shape> known, string? by = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(known);
        return ShapeGuess.Read(text, known, by);
    }

    /// <summary>An expression as a formula.</summary>
    public static Formula Of(Expression root) => new(root);

    /// <summary>The value of a formula without variables.</summary>
    /// <exception cref="InvalidOperationException">It has variables, or its value is no number.</exception>
    /// <example><code>double x = Formula.Parse("2√(3/4)").Value;   // 1.732…</code></example>
    public double Value
    {
        get
        {
            if (!this.Root.IsScalar) throw new InvalidOperationException($"The value of {this} is no number but {this.Root.Shape}; At gives it as a tensor.");
            if (this.Variables is [var first, ..])
                throw new InvalidOperationException($"The formula {this} has variables; give them values, as in At((\"{first.Name}\", 1)).");
            return Compute(this.Root, new Dictionary<string, Tensor>(StringComparer.Ordinal)).Item();
        }
    }

    /// <summary>The value, where every variable has one.</summary>
    /// <exception cref="ArgumentException">A variable has no value or one of another shape.</exception>
    public Tensor At(params ReadOnlySpan<(string Name, Tensor Value)> values)
    {
        Dictionary<string, Tensor> known = new(StringComparer.Ordinal);
        foreach ((string name, Tensor value) in values) known[name] = value.Cast(DType.Float64);
        foreach (Variable v in this.Variables)
        {
            if (!known.TryGetValue(v.Name, out Tensor? value))
                throw new ArgumentException($"The variable {v} has no value; give one, as in {v.Name}=1.", nameof(values));
            if (value.Shape != v.Shape)
                throw new ArgumentException($"The variable {v} is {v.Shape} in the formula; its value is {value.Shape}.", nameof(values));
        }
        return Compute(this.Root, known);
    }

    /// <summary>
    /// The computation graph at a point as SVG: an op in each node, on every link the value that goes forward and the gradient that
    /// comes back.
    /// </summary>
    /// <param name="at">The value of every variable; they, and all parts of the formula, are numbers.</param>
    /// <exception cref="ArgumentException">A variable has no value, a part of the formula is no number, or there are more than 200 nodes.</exception>
    /// <example><code>File.WriteAllText("graph.svg", Formula.Parse("x^2 + xy").ToSvg(("x", 1), ("y", 2)));</code></example>
    public string ToSvg(params ReadOnlySpan<(string Name, double Value)> at) => EvaluationPicture.Draw(this, at.ToArray());

    /// <summary>The value, where every variable is a number.</summary>
    /// <exception cref="ArgumentException">A variable has no value.</exception>
    public double At(params ReadOnlySpan<(string Name, double Value)> values)
    {
        (string, Tensor)[] tensors = new (string, Tensor)[values.Length];
        for (int i = 0; i < tensors.Length; i++) tensors[i] = (values[i].Name, Tensor.Scalar(values[i].Value, DType.Float64));
        return this.At(tensors).Item();
    }

    /// <summary>The formula with a name for every part that repeats; the last one is the formula itself, f.</summary>
    /// <example><code>
    /// foreach ((Variable name, Formula part) in Formula.Parse("x*tanh(w x) + tanh(w x)^2").Share()) Console.WriteLine($"{name} = {part}");
    /// // s₁ = tanh(w·x)
    /// // f = x·s₁ + s₁²
    /// </code></example>
    public IReadOnlyList<(Variable Name, Formula Part)> Share()
    {
        HashSet<string> taken = [.. this.Variables.Select(v => v.Name)];
        IEnumerable<string> free = ["f", "f_all", .. Enumerable.Range(1, taken.Count).Select(k => $"f_all{k}")];
        string name = free.First(n => !taken.Contains(n));
        return Share((new Variable(name, this.Root.Shape), this));
    }

    /// <summary>The formula as Unicode text.</summary>
    public override string ToString() => this.Root.ToString();

    /// <summary>The formula as LaTeX.</summary>
    public string ToLatex() => new LatexWriter().Write(this.Root);

    /// <summary>The formula as MathML, an element that a page can hold.</summary>
    public string ToMathMl() => MathMl.FromLatex(this.ToLatex());

    /// <summary>
    /// Several formulas with a name for every part that repeats, within one or from one to another; the formulas themselves stand at
    /// the end.
    /// </summary>
    internal static IReadOnlyList<(Variable Name, Formula Part)> Share(params (Variable Name, Formula Formula)[] formulas)
    {
        // Equal parts count once: what is inside of a part that repeats does not repeat by that alone.
        List<Expression> parts = [.. formulas.SelectMany(f => Parts(f.Formula.Root)).Distinct(ReferenceEqualityComparer.Instance).Cast<Expression>()];
        HashSet<Expression> counted = [];
        Dictionary<Expression, int> readers = [];
        foreach (Call c in parts.OfType<Call>().Where(counted.Add))
        {
            foreach (Expression x in c.Inputs) readers[x] = readers.GetValueOrDefault(x) + 1;
        }
        List<(Variable, Formula)> named = [];
        Dictionary<Expression, Expression> now = [];
        HashSet<string> taken = [.. parts.OfType<Variable>().Select(v => v.Name)];
        int number = 0;
        foreach (Expression part in parts)
        {
            if (now.ContainsKey(part)) continue;
            Expression written = part is Call c ? Call.Of(c.Op, [.. c.Inputs.Select(x => now[x])]) : part;
            if (part is Call && part.Spec.DType == DType.Float64 && readers.GetValueOrDefault(part) > 1)
            {
                do number++;
                while (taken.Contains($"s{number}"));
                Variable name = new($"s{number}", part.Shape);
                named.Add((name, Of(written)));
                written = name;
            }
            now[part] = written;
        }
        return [.. named, .. formulas.Select(f => (f.Name, Of(now[f.Formula.Root])))];
    }

    /// <summary>The formula with its columns and matrices, such as [x, y], written out number by number; itself when it has none.</summary>
    /// <exception cref="ArgumentException">Its value is no number, or a function in it cannot be written so.</exception>
    /// <example><code>
    /// Formula f = Formula.Parse("norm([x, y])").WrittenOut();   // √(x² + y²)
    /// </code></example>
    public Formula WrittenOut() => Parts(this.Root).TrueForAll(p => p.IsScalar) ? this : new(Formulas.WrittenOut.Of(this.Root), this.Notes);

    /// <summary>The value of an expression by the engine's ops, with given values of its variables.</summary>
    internal static Tensor Compute(Expression expression, IReadOnlyDictionary<string, Tensor> values) =>
        ComputeParts(expression, leaf => Leaf(leaf, v => values[v.Name]), Apply, ReferenceEqualityComparer.Instance)[expression];

    /// <summary>The value of an expression by the engine's ops, with given values of its numbers and variables; they may be symbols.</summary>
    internal static Tensor Compute(Expression expression, Dictionary<Expression, Tensor> leaves) => ComputeParts(expression, leaves)[expression];

    /// <summary>The values of all parts of an expression.</summary>
    internal static Dictionary<Expression, Tensor> ComputeParts(Expression expression, Dictionary<Expression, Tensor> leaves) =>
        ComputeParts(expression, leaf => leaves[leaf], Apply, ReferenceEqualityComparer.Instance);

    // A formula is code that applies ops, as a brick's Compute is: on symbols this makes a graph, which an Interpreter goes through.
    /// <summary>The values of all parts of an expression, each computed after its inputs.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="leaf">The value of a number or a variable.</param>
    /// <param name="apply">The value of a call, from those of its inputs.</param>
    /// <param name="equality">Which parts are the same one and computed once.</param>
    internal static Dictionary<Expression, Tensor> ComputeParts(
        Expression expression, Func<Expression, Tensor> leaf, Func<Call, Tensor[], Tensor> apply, IEqualityComparer<Expression> equality)
    {
        Dictionary<Expression, Tensor> computed = new(equality);
        foreach (Expression part in Parts(expression))
        {
            if (!computed.ContainsKey(part)) computed[part] = part is Call c ? apply(c, [.. c.Inputs.Select(x => computed[x])]) : leaf(part);
        }
        return computed;
    }

    /// <summary>The value of a call by the engine's op.</summary>
    internal static Tensor Apply(Call call, Tensor[] x) => call.Op.Apply(x);

    /// <summary>The value of a number, or of a variable as it is given.</summary>
    internal static Tensor Leaf(Expression leaf, Func<Variable, Tensor> value) => leaf switch
    {
        Number n => Tensor.Scalar(n.Value, DType.Float64),
        Variable v => value(v),
        _ => throw new ArgumentException($"{leaf} is no number and no variable: it has no value.", nameof(leaf)),
    };

    /// <summary>An expression made anew from the inside out.</summary>
    /// <param name="root">The expression.</param>
    /// <param name="made">What a part becomes whose inputs have become those given.</param>
    internal static Expression Rewritten(Expression root, Func<Expression, Expression[], Expression> made)
    {
        Dictionary<Expression, Expression> now = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Parts(root)) now[part] = made(part, part is Call c ? [.. c.Inputs.Select(x => now[x])] : []);
        return now[root];
    }

    /// <summary>All parts, each after its inputs.</summary>
    internal static List<Expression> Parts(Expression root)
    {
        List<Expression> order = [];
        HashSet<Expression> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(Expression Part, int Next)> open = new([(root, 0)]);
        seen.Add(root);
        while (open.TryPop(out (Expression Part, int Next) top))
        {
            IReadOnlyList<Expression> inputs = top.Part is Call c ? c.Inputs : [];
            if (top.Next == inputs.Count)
            {
                order.Add(top.Part);
                continue;
            }
            open.Push((top.Part, top.Next + 1));
            if (seen.Add(inputs[top.Next])) open.Push((inputs[top.Next], 0));
        }
        return order;
    }
}
