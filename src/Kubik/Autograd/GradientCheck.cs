// Is a gradient right? Along a random direction v the change of f is ⟨∇f, v⟩; a central difference measures it with two
// more evaluations, whatever the number of inputs. In double precision the two agree to many digits or a rule is wrong.
// The parameters of a network are checked element by element, so that it is known which one is wrong.

using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Autograd;

/// <summary>The result of comparing a gradient with differences.</summary>
/// <param name="Analytic">⟨∇f, v⟩ by the rules.</param>
/// <param name="Numeric">(f(x + εv) − f(x − εv)) / 2ε.</param>
public readonly record struct GradientCheckResult(double Analytic, double Numeric)
{
    /// <summary>|analytic − numeric| over the larger of the two and 1.</summary>
    public double RelativeError => Math.Abs(this.Analytic - this.Numeric) / Math.Max(1, Math.Max(Math.Abs(this.Analytic), Math.Abs(this.Numeric)));
}

/// <summary>Checks gradients against central differences.</summary>
public static class GradientCheck
{
    /// <summary>Compares the gradient of a scalar function with its change along one random direction.</summary>
    /// <param name="f">The function: a scalar of the inputs.</param>
    /// <param name="inputs">Where to check; Float64, or the differences drown in rounding.</param>
    /// <param name="random">Draws the direction.</param>
    /// <param name="epsilon">The length of the step.</param>
    /// <exception cref="ShapeException">An input is not Float64, or f is not a scalar.</exception>
    /// <exception cref="InvalidOperationException">f changes, but by the tape it depends on no input: something inside cuts the tape.</exception>
    /// <example><code>
    /// Tensor x = Tensor.Of(0.5, -1.0);
    /// GradientCheckResult r = GradientCheck.Along(xs => xs[0].Tanh().Sum(), [x], new RandomStream(1, 1));
    /// Console.WriteLine(r.RelativeError);   // about 1e-10
    /// </code></example>
    public static GradientCheckResult Along(Func<Tensor[], Tensor> f, ReadOnlySpan<Tensor> inputs, RandomStream random, double epsilon = 1e-5)
    {
        Tensor[] at = inputs.ToArray();
        foreach (Tensor x in at)
        {
            if (x.DType != DType.Float64)
                throw new ShapeException($"GradientCheck: inputs must be float64, not {x.Spec}; convert them with Cast(DType.Float64).");
        }
        Tensor[] tracked = [.. at.Select(x => x.Track())];
        Tensor[] direction = [.. at.Select(x => random.Normal(x.Shape, DType.Float64))];
        Tensor y = f(tracked);
        Tensor?[] gradients = Gradient.TryOf(y, tracked);
        // Tracked here too, for functions that take gradients themselves.
        double forward = (double)f([.. at.Zip(direction, (x, v) => (x + epsilon * v).Track())]);
        double backward = (double)f([.. at.Zip(direction, (x, v) => (x - epsilon * v).Track())]);
        return Compare(y, gradients, direction, (forward - backward) / (2 * epsilon));
    }

    /// <summary>The largest relative error of a gradient that is taken for right.</summary>
    public const double Tolerance = 1e-4;

    private const double Step = 1e-5;
    private const int UsualSteps = 3, MostSteps = 6; // each a tenth of the one before

    /// <summary>Checks the gradient with respect to each weight of a module element by element, in double precision whatever the module's type.</summary>
    /// <remarks>The function is traced and computed aside: weights, running statistics and random states of the module stay as they are, and a random draw is
    /// the same at every step. What the function detaches is a constant, unless no gradient reaches the weight at all:
    /// then it is said to be wrong if the result changes with it.</remarks>
    /// <param name="model">The module.</param>
    /// <param name="f">Computes a scalar of the inputs with the module.</param>
    /// <param name="inputs">Where to check; those of floating point are taken as float64.</param>
    /// <param name="random">Draws which elements of a large weight are looked at.</param>
    /// <param name="elements">How many of a weight are looked at, at most; the one with the largest gradient is always among them.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>The comparison for each weight, as soon as it is done.</returns>
    /// <exception cref="ShapeException">The inputs do not fit, or f is not a scalar.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No element is to be looked at.</exception>
    /// <example><code>
    /// foreach (ParameterCheck p in GradientCheck.Of(net, v => loss.Of(net.Forward(v[0]), v[1]), [x, y], new RandomStream(1, 1)))
    ///     Console.WriteLine($"{p.Path}: {p.Verdict}, {p.MaxRelativeError}");   // "0.weight: Right, 1e-9"
    /// </code></example>
    public static IEnumerable<ParameterCheck> Of(Module model, Func<Tensor[], Tensor> f, Tensor[] inputs, RandomStream random, int elements = 20,
        CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elements, 1);
        Graph.Trace(f, [.. inputs.Select(x => x.Spec)]); // makes the parameters of a model that waits for its first input, in the type they should have
        Tensor[] at = [.. inputs.Select(x => x.DType.IsFloat ? x.Detach().Cast(DType.Float64) : x)];
        (string Path, Parameter Parameter)[] weights = [.. model.Parameters().Where(p => p.Parameter is { Role: ParameterRole.Weight, HasSpec: true })];
        Tensor[] symbols = [];
        Tensor?[] gradients = [];
        // Any function of the module, so no step that the glass could trace.
        Graph graph = Graph.Trace(
            x =>
            {
                symbols = [.. weights.Select(w => w.Parameter.Value)];
                Tensor y = f(x);
                gradients = Gradient.TryOf(y, symbols);
                return [y, .. gradients.OfType<Tensor>()];
            },
            DType.Float64, [.. at.Select(x => x.Spec)]);
        Interpreter run = graph.Begin(at, (parameter, symbol) => parameter.Current.Detach().Cast(symbol.DType));
        run.Run(graph.Values);
        List<Tensor> behind = Graph.Behind([graph.Outputs[0]]);
        return weights.Select((w, i) => Check(w.Path, behind, run, symbols[i], gradients[i], random, elements, cancel));
    }

    // A function of one element, and its derivative by the rules where a gradient comes; null where none does.
    private sealed record Line(Func<double, double> Value, Func<double, double>? Slope);

    private static ParameterCheck Check(string path, List<Tensor> behind, Interpreter run, Tensor symbol, Tensor? gradient, RandomStream random, int elements,
        CancellationToken cancel)
    {
        int count = symbol.Count;
        double[] slopes = gradient is null ? new double[count] : run[gradient].ToDoubles();
        double[] w = run[symbol].ToDoubles();
        Tensor loss = behind[^1];
        Tensor[] between = Graph.Between(symbol, behind, pastDetach: gradient is null);
        Tensor[]? back = null;
        double f0 = (double)run[loss];
        Interpreter Changed(int i, double value, Tensor[] values)
        {
            cancel.ThrowIfCancellationRequested();
            double before = w[i];
            w[i] = value;
            Interpreter changed = new(Interpreter.Compute) { Before = run };
            changed[symbol] = Tensor.From(w, symbol.Shape);
            changed.Run(values);
            w[i] = before;
            return changed;
        }
        double At(int i, double value) => (double)Changed(i, value, between)[loss];
        double SlopeAt(int i, double value)
        {
            back ??= Graph.Between(symbol, Graph.Behind([gradient!]), pastDetach: false);
            return back.Length == 0 ? slopes[i] : Changed(i, value, back)[gradient!].ToDoubles()[i];
        }
        return new(path, symbol.Shape,
            [.. Looked(slopes, random, elements)
                .Select(i => Compare(i, w[i], slopes[i], f0, new(v => At(i, v), gradient is null ? null : v => SlopeAt(i, v))))], gradient is not null);
    }

    // All elements, or the one with the largest gradient and some at random.
    private static int[] Looked(double[] slopes, RandomStream random, int most)
    {
        if (slopes.Length <= most) return [.. Enumerable.Range(0, slopes.Length)];
        SortedSet<int> chosen = [Array.IndexOf(slopes, slopes.MaxBy(Math.Abs))];
        while (chosen.Count < most)
        {
            foreach (double i in random.Integers(0, slopes.Length, [most]).ToDoubles())
            {
                if (chosen.Count < most) chosen.Add((int)i);
            }
        }
        return [.. chosen];
    }

    // A smooth function's quotients agree with the gradient at the step where truncation and rounding together are least, and
    // from both sides. A kink shows in a gap between the sides that stays when the step shrinks; then the gradient at the point says
    // nothing, but beside it the rules must have the slopes of both sides. Where the quotients themselves go on changing, none tells.
    private static ElementCheck Compare(int index, double w, double analytic, double f0, Line f)
    {
        List<(Quotients Q, double Step)> tried = [(Quotients.Of(w, Step, f0, f.Value), Step)];
        Quotients first = tried[0].Q;
        (Quotients Q, double Step, double Off) best = (first, Step, first.Noise);
        if (!(ErrorOf(best.Q, best.Off) <= Tolerance))
        {
            // Smaller steps than usual are for steep functions, whose slope is far above what rounding makes of it.
            for (double step = Step / 10; tried.Count < UsualSteps
                || tried.Count < MostSteps && tried[^1].Q is var q && !Agrees(q) && Corners().Length == 0
                && q.Noise * 10 < Tolerance * Math.Max(Math.Abs(analytic), Math.Abs(q.Central)); step /= 10)
                tried.Add((Quotients.Of(w, step, f0, f.Value), step));
            // A quotient is off by truncation, which a smaller step takes away, and by rounding, which it makes larger: both show in
            // the difference to the next. At the smallest step a curve's gap is a tenth of the one before, and what is more is rounding.
            best = tried.Select((t, k) =>
                (t.Q, t.Step, Off: t.Q.Noise + (k > 0 ? Math.Abs(t.Q.Central - tried[k - 1].Q.Central) / 10 : 0)
                    + (k + 1 < tried.Count ? 2 * Math.Abs(t.Q.Central - tried[k + 1].Q.Central) : Math.Max(0, t.Q.Gap - tried[k - 1].Q.Gap / 10))))
                    .MinBy(c => double.IsNaN(c.Off) ? double.PositiveInfinity : c.Off);
            if (tried.Find(t => Agrees(t.Q)) is { Q: { Noise: > 0 } told } agreed && best.Off > Tolerance * Math.Abs(told.Central))
                best = (told, agreed.Step, told.Noise);
        }
        double error = ErrorOf(best.Q, best.Off);
        // What it may be off by is more than a hundredth of it, and not by rounding alone: it agrees with nothing and contradicts nothing.
        // What is no number is wrong.
        bool isRough = best.Off > 10 * best.Q.Noise,
            isVague = double.IsFinite(analytic) && (isRough && best.Off > Vague * Math.Abs(best.Q.Central) || IsLost(best.Q));
        if (error <= Tolerance && !isVague)
        {
            bool isCorner = best.Q.HasGap && Quotients.Of(w, best.Step / 10, f0, f.Value) is var closer && closer.HasGap && closer.Gap > best.Q.Gap / 2;
            return Found(isCorner ? GradientVerdict.Kink : GradientVerdict.Right);
        }
        if (IsKink()) return Found(GradientVerdict.Kink);
        return Found(isVague || isRough && Math.Abs(analytic - best.Q.Central) <= 10 * best.Off ? GradientVerdict.Untold : GradientVerdict.Wrong);

        bool Agrees(Quotients q) =>
            Math.Abs(analytic - q.Central) <= Tolerance * Math.Max(Math.Abs(analytic), Math.Abs(q.Central)) && q.Noise <= Vague * Math.Abs(q.Central);

        // Rounding of a huge loss is more than the gradient.
        bool IsLost(Quotients q) => q.Noise > Tolerance && Math.Abs(analytic) > Tolerance && q.Noise > Math.Abs(analytic);

        // The steps at which the sides differ, and at the next, ten times shorter, as much.
        (Quotients Q, double Step)[] Corners() =>
            [.. tried.SkipLast(1).Where((t, k) => t.Q.HasGap && tried[k + 1].Q.HasGap && tried[k + 1].Q.Gap / t.Q.Gap is > 0.5 and < 2)];

        // Beside the point the rules have the slope of each side.
        bool IsKink() => Corners().Any(t =>
        {
            double h = Quotients.Added(w, t.Step), near = 10 * t.Q.Noise;
            bool Fits(double slope, double side) => Math.Abs(slope - side) <= NearKink * Math.Max(Math.Abs(slope), Math.Abs(side)) + near;
            return f.Slope is { } slope
                ? Fits(slope(w + h / 2), t.Q.Right) && Fits(slope(w - h / 2), t.Q.Left)
                : analytic >= Math.Min(t.Q.Left, t.Q.Right) - near && analytic <= Math.Max(t.Q.Left, t.Q.Right) + near;
        });

        double ErrorOf(Quotients q, double off) =>
            Math.Abs(analytic - q.Central) / Math.Max(Math.Max(Math.Abs(analytic), Math.Abs(q.Central)), off / Tolerance);

        ElementCheck Found(GradientVerdict verdict)
        {
            Quotients sides = tried[Math.Min(tried.Count, UsualSteps) - 1].Q;
            double shown = verdict == GradientVerdict.Untold ? ErrorOf(best.Q, 0) : error;
            return new(index, analytic, best.Q.Central, double.IsNaN(shown) ? double.PositiveInfinity : shown, verdict, sides.Left, sides.Right);
        }
    }

    // The slopes of a function around a point, and what rounding makes of them.
    private readonly record struct Quotients(double Central, double Left, double Right, double Noise)
    {
        public double Gap => Math.Abs(this.Left - this.Right);

        // More than curvature makes at such a step.
        public bool HasGap => this.Gap > 100 * Tolerance * Math.Max(Math.Abs(this.Left), Math.Abs(this.Right)) && this.Gap > 10 * this.Noise;

        public static Quotients Of(double w, double step, double f0, Func<double, double> f)
        {
            double h = Added(w, step);
            double above = f(w + h), below = f(w - h);
            return new((above - below) / (2 * h), (f0 - below) / h, (above - f0) / h, Rounding * Math.Max(1, Math.Abs(f0)) / h);
        }

        // What is really added.
        public static double Added(double w, double step) => w + step * Math.Max(1, Math.Abs(w)) - w;
    }

    private const double Vague = 0.01; // of a quotient, relative to it
    private const double NearKink = 0.05; // of a slope beside a kink, which need not be exactly at the point

    private const double Rounding = 1e-14; // of a value of a few thousand operations, relative to it

    private static GradientCheckResult Compare(Tensor y, Tensor?[] gradients, Tensor[] direction, double numeric)
    {
        const double Noise = 1e-6; // more than that of a difference, less than a slope
        if (gradients.All(g => g is null) && Math.Abs(numeric) > Noise * Math.Max(1, Math.Abs((double)y)))
        {
            throw new InvalidOperationException(
                $"GradientCheck: the value changes (slope {numeric:G4}), but by the tape it does not depend on any of its inputs: something cuts the tape, "
                + "as Assign, Detach, Track, a cast to whole numbers or numbers taken out of a tensor do.");
        }
        return new(gradients.Zip(direction, (g, v) => g is null ? 0 : (double)(g * v).Sum()).Sum(), numeric);
    }
}
