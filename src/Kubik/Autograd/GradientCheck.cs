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
            if (x.DType != DType.Float64) throw new ShapeException($"GradientCheck: inputs must be float64, not {x.Spec}; convert them with Cast(DType.Float64).");
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

    private const double Step = 1e-5, SmallestStep = 1e-7;

    /// <summary>Checks the gradient with respect to each weight of a module element by element, in double precision whatever the module's type.</summary>
    /// <remarks>The function is traced and computed aside: weights, running statistics and random states of the module stay as they are, and a random draw is the same at every step.
    /// What the function detaches is a constant, unless no gradient reaches the weight at all: then it is said to be wrong if the result changes with it.</remarks>
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
    public static IEnumerable<ParameterCheck> Of(Module model, Func<Tensor[], Tensor> f, Tensor[] inputs, RandomStream random, int elements = 20, CancellationToken cancel = default)
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

    private static ParameterCheck Check(string path, List<Tensor> behind, Interpreter run, Tensor symbol, Tensor? gradient, RandomStream random, int elements, CancellationToken cancel)
    {
        int count = symbol.Count;
        double[] slopes = gradient is null ? new double[count] : run[gradient].ToDoubles();
        double[] w = run[symbol].ToDoubles();
        Tensor loss = behind[^1];
        Tensor[] between = Graph.Between(symbol, behind, pastDetach: gradient is null);
        double f0 = (double)run[loss];
        double At(int i, double value)
        {
            cancel.ThrowIfCancellationRequested();
            double before = w[i];
            w[i] = value;
            Interpreter changed = new(Interpreter.Compute) { Before = run };
            changed[symbol] = Tensor.From(w, symbol.Shape);
            changed.Run(between);
            double y = (double)changed[loss];
            w[i] = before;
            return y;
        }
        return new(path, symbol.Shape, [.. Looked(slopes, random, elements).Select(i => Compare(i, w[i], slopes[i], f0, v => At(i, v)))], gradient is not null);
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
    // from both sides. A kink shows in a gap between the sides that stays when the step shrinks: then the gradient is any number
    // within it, and nothing is said of it.
    private static ElementCheck Compare(int index, double w, double analytic, double f0, Func<double, double> f)
    {
        Quotients first = Quotients.Of(w, Step, f0, f), last = first;
        (Quotients Q, double Step, double Off) best = (first, Step, first.Noise);
        if (!(ErrorOf(best.Q, best.Off) <= Tolerance))
        {
            // A quotient is off by truncation, which a smaller step takes away, and by rounding, which it makes larger: both show in
            // the difference to the next. At the smallest step a curve's gap is a tenth of the one before, and what is more is rounding.
            Quotients second = Quotients.Of(w, Step / 10, f0, f);
            last = Quotients.Of(w, SmallestStep, f0, f);
            best = new (Quotients Q, double Step, double Off)[]
            {
                (first, Step, first.Noise + 2 * Math.Abs(first.Central - second.Central)),
                (second, Step / 10, second.Noise + 2 * Math.Abs(second.Central - last.Central)),
                (last, SmallestStep, last.Noise + Math.Max(0, last.Gap - second.Gap / 10)),
            }.MinBy(c => double.IsNaN(c.Off) ? double.PositiveInfinity : c.Off);
        }
        double error = ErrorOf(best.Q, best.Off);
        if (error <= Tolerance)
        {
            bool isCorner = best.Q.HasGap && Quotients.Of(w, best.Step / 10, f0, f) is var closer && closer.HasGap && closer.Gap > best.Q.Gap / 2;
            return Found(isCorner ? GradientVerdict.Kink : GradientVerdict.Right);
        }
        double near = last.Gap * 1e-3 + 10 * last.Noise;
        bool isWithin = last.HasGap && analytic >= Math.Min(last.Left, last.Right) - near && analytic <= Math.Max(last.Left, last.Right) + near;
        bool isUnsettled = Math.Abs(last.Central - first.Central) > Math.Max(0.5 * Math.Abs(analytic - last.Central), 10 * last.Noise);
        return Found(isWithin || isUnsettled ? GradientVerdict.Kink : GradientVerdict.Wrong);

        double ErrorOf(Quotients q, double off) => Math.Abs(analytic - q.Central) / Math.Max(Math.Max(Math.Abs(analytic), Math.Abs(q.Central)), off / Tolerance);

        ElementCheck Found(GradientVerdict verdict) => new(index, analytic, best.Q.Central, double.IsNaN(error) ? double.PositiveInfinity : error, verdict, last.Left, last.Right);
    }

    // The slopes of a function around a point, and what rounding makes of them.
    private readonly record struct Quotients(double Central, double Left, double Right, double Noise)
    {
        public double Gap => Math.Abs(this.Left - this.Right);

        // More than curvature makes at such a step.
        public bool HasGap => this.Gap > 100 * Tolerance * Math.Max(Math.Abs(this.Left), Math.Abs(this.Right)) && this.Gap > 10 * this.Noise;

        public static Quotients Of(double w, double step, double f0, Func<double, double> f)
        {
            double h = w + step * Math.Max(1, Math.Abs(w)) - w; // what is really added
            double above = f(w + h), below = f(w - h);
            return new((above - below) / (2 * h), (f0 - below) / h, (above - f0) / h, Rounding * Math.Max(1, Math.Abs(f0)) / h);
        }
    }

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
