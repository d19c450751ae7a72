// The quasi-Newton method for full batches. It sees all weights as one vector x and the loss as a function of it; from the
// last changes of x and of the gradient it guesses what the inverse of the Hessian does to the gradient, without a matrix.

using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>
/// L-BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithms 7.4 and 7.5): d = −H·g by the two-loop recursion over the last
/// pairs s = Δx, y = Δg with H₀ = (yᵀs / yᵀy)·I; x ← x + t·d, where t meets the strong Wolfe conditions or is the
/// learning rate. As PyTorch does it: a pair with yᵀs ≤ 10⁻¹⁰ is left out and the first t is η·min(1, 1/‖g‖₁).
/// </summary>
/// <example><code>
/// Lbfgs optimizer = new();
/// for (int i = 0; i &lt; 10; i++)
///     optimizer.Step(() => loss.Of(net.Forward(x), y), net);
/// </code></example>
/// <remarks>
/// The loss has to be the same function all the time: take all data at once, and no dropout. A step is not compiled: the line
/// search looks at the loss as often as the losses tell it to.
/// </remarks>
public sealed class Lbfgs : Optimizer
{
    private readonly int iterations, history;
    private readonly bool search;
    private History memory = new();

    /// <summary>L-BFGS.</summary>
    /// <param name="learningRate">η, the first length that a line search tries, or every length without one.</param>
    /// <param name="iterations">Most changes of x in a step.</param>
    /// <param name="history">Most pairs that are remembered.</param>
    /// <param name="search">Whether lengths are searched for; without, an iteration takes one gradient but may overshoot.</param>
    public Lbfgs(double learningRate = 1, int iterations = 20, int history = 100, bool search = true) : base(learningRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(history, 1);
        (this.iterations, this.history, this.search) = (iterations, history, search);
    }

    /// <inheritdoc/>
    public override string Name => "lbfgs";

    /// <summary>A step ends when no element of the gradient is larger.</summary>
    public double GradientTolerance { get; init; } = 1e-7;

    /// <summary>A step ends when neither x nor the loss changes by more.</summary>
    public double ChangeTolerance { get; init; } = 1e-9;

    /// <inheritdoc/>
    public override void Step(Tensor loss, Module model, double progress = 0) => throw new InvalidOperationException(
        "lbfgs has to look at the loss at several places: give Step a function that computes it, Step(() => loss.Of(net.Forward(x), y), net).");

    /// <inheritdoc/>
    public override Tensor Step(Func<Tensor> loss, Module model, double progress = 0)
    {
        Tensor first = loss(); // makes the parameters of a model that waits for its first input
        Surface surface = new(loss, this.MustReach, [.. WeightsOf(model).Select(w => w.Weight)]);
        History next = this.memory.Copy(surface.Type);
        Tensor x = surface.X;
        try
        {
            this.Descend(surface, surface.From(first), next, x, this.LearningRate * this.Schedule.At(this.Steps + 1, progress));
        }
        catch
        {
            surface.X = x;
            throw;
        }
        (this.memory, this.Steps) = (next, this.Steps + 1);
        return first;
    }

    private void Descend(Surface surface, Place place, History m, Tensor x, double rate)
    {
        int evaluations = 1;
        if (surface.Size == 0 || Largest(place.Gradient) <= this.GradientTolerance) return;
        for (int i = 1; ; i++)
        {
            m.Iterations++;
            Tensor d = m.Direction(place.Gradient, this.history);
            double t = m.Iterations == 1 ? Math.Min(1, 1 / (double)place.Gradient.Abs().Sum()) * rate : rate;
            double slope = Dot(place.Gradient, d), before = place.Loss;
            (m.LastDirection, m.LastGradient, m.LastLength) = (d, place.Gradient, t);
            if (slope > -this.ChangeTolerance) return;
            if (this.search)
            {
                StrongWolfe line = new(length => surface.At(x + length * d), d, this.ChangeTolerance);
                (place, t) = line.Search(place, t, slope);
                evaluations += line.Evaluations;
            }
            m.LastLength = t;
            surface.X = x += t * d;
            // Without a search nothing needs the loss after the last change.
            if (!this.search && i < this.iterations)
            {
                place = surface.At(x);
                evaluations++;
            }
            bool still = Largest(d) * Math.Abs(t) <= this.ChangeTolerance || i < this.iterations && Math.Abs(place.Loss - before) < this.ChangeTolerance;
            if (i == this.iterations || evaluations >= this.iterations * 5 / 4 || Largest(place.Gradient) <= this.GradientTolerance || still) return;
        }
    }

    private protected override Dictionary<string, Tensor> Memory(Module model) => this.memory.ToTensors();

    private protected override void Remember(Module model, IReadOnlyDictionary<string, Tensor> state) =>
        this.memory = History.From(state, WeightsOf(model).Sum(w => w.Weight.Spec.Shape.Size));

    internal static double Dot(Tensor a, Tensor b) => (double)(a * b).Sum();

    internal static double Largest(Tensor a) => (double)a.Abs().Max();

    /// <summary>The loss as a function of all weights in one vector.</summary>
    private sealed class Surface(Func<Tensor> loss, Action<Tensor?[]> check, Parameter[] weights)
    {
        public DType Type { get; } = weights.Any(w => w.Spec.DType == DType.Float64) ? DType.Float64 : DType.Float32;

        public int Size => weights.Sum(w => w.Spec.Shape.Size);

        public Tensor X
        {
            get => this.Flat([.. weights.Select(w => w.Value.Detach())]);
            set
            {
                int at = 0;
                foreach (Parameter w in weights)
                {
                    int size = w.Spec.Shape.Size;
                    w.Assign(value[at..(at + size)].Reshape(w.Spec.Shape).Cast(w.Spec.DType));
                    at += size;
                }
            }
        }

        public Place At(Tensor x)
        {
            this.X = x;
            return this.From(loss());
        }

        public Place From(Tensor value)
        {
            Tensor?[] gradients = Gradient.TryOf(value, [.. weights.Select(w => w.Value)]);
            check(gradients);
            return new((double)value, this.Flat([.. gradients.Select((g, i) => g?.Detach() ?? Tensor.Zeros(weights[i].Spec.Shape, this.Type))]));
        }

        private Tensor Flat(Tensor[] parts) => parts.Length == 0
            ? Tensor.Zeros([0], this.Type)
            : Tensor.Concat(0, [.. parts.Select(p => p.Contiguous().Reshape(p.Count).Cast(this.Type))]);
    }

    /// <summary>The pairs, and where the last step left off.</summary>
    private sealed class History
    {
        private List<Tensor> s = [], y = [];
        private double scale = 1;

        public Tensor? LastDirection, LastGradient;

        public double LastLength;

        public long Iterations;

        // −H·g: first backwards over the pairs, then H₀, then forwards.
        public Tensor Direction(Tensor g, int most)
        {
            if (this.Iterations == 1) return -g;
            this.Learn(g, most);
            Tensor q = -g;
            double[] alpha = new double[this.s.Count];
            for (int i = this.s.Count - 1; i >= 0; i--)
            {
                alpha[i] = Dot(this.s[i], q) / Dot(this.y[i], this.s[i]);
                q = q - alpha[i] * this.y[i];
            }
            q = this.scale * q;
            for (int i = 0; i < this.s.Count; i++)
                q = q + (alpha[i] - Dot(this.y[i], q) / Dot(this.y[i], this.s[i])) * this.s[i];
            return q;
        }

        private void Learn(Tensor g, int most)
        {
            const double Least = 1e-10; // less curvature, or a negative one, would make H no descent
            Tensor dx = this.LastLength * this.LastDirection!, dg = g - this.LastGradient!;
            double curvature = Dot(dg, dx);
            if (!(curvature > Least)) return;
            if (this.s.Count == most)
            {
                this.s.RemoveAt(0);
                this.y.RemoveAt(0);
            }
            this.s.Add(dx);
            this.y.Add(dg);
            this.scale = curvature / Dot(dg, dg);
        }

        public History Copy(DType type) => new()
        {
            s = [.. this.s.Select(v => v.Cast(type))],
            y = [.. this.y.Select(v => v.Cast(type))],
            LastDirection = this.LastDirection?.Cast(type),
            LastGradient = this.LastGradient?.Cast(type),
            scale = this.scale,
            LastLength = this.LastLength,
            Iterations = this.Iterations,
        };

        public Dictionary<string, Tensor> ToTensors()
        {
            if (this.LastDirection is null) return [];
            Dictionary<string, Tensor> state = new()
            {
                ["/direction"] = this.LastDirection,
                ["/gradient"] = this.LastGradient!,
                ["/numbers"] = Tensor.Of(this.LastLength, this.scale, this.Iterations, this.s.Count),
            };
            if (this.s.Count > 0) (state["/s"], state["/y"]) = (Tensor.Stack(0, [.. this.s]), Tensor.Stack(0, [.. this.y]));
            return state;
        }

        public static History From(IReadOnlyDictionary<string, Tensor> state, int size)
        {
            if (state.Count == 0) return new();
            if (state.Keys.Except(["/direction", "/gradient", "/numbers", "/s", "/y"]).FirstOrDefault() is { } stranger)
                throw new ShapeException(
                    $"The checkpoint holds '{stranger}', which lbfgs does not remember; it belongs to another network or another optimizer.");
            double[] n = Part("/numbers", 4).ToDoubles();
            int count = (int)n[3];
            return new()
            {
                LastDirection = Part("/direction", size),
                LastGradient = Part("/gradient", size),
                LastLength = n[0],
                scale = n[1],
                Iterations = (long)n[2],
                s = Rows("/s"),
                y = Rows("/y"),
            };

            Tensor Part(string name, params int[] shape) => state.TryGetValue(name, out Tensor? value) && value.Shape == shape && value.DType.IsFloat
                ? value
                : throw new ShapeException(
                    $"The checkpoint's '{name}' should be numbers of the shape ({string.Join(", ", shape)}) but "
                    + $"{(value is null ? "is missing" : $"is {value.Spec}")}; it belongs to another network or another optimizer than lbfgs.");

            List<Tensor> Rows(string name)
            {
                if (count == 0) return [];
                Tensor rows = Part(name, count, size);
                return [.. Enumerable.Range(0, count).Select(i => rows[i].Contiguous())];
            }
        }
    }
}

/// <summary>A place on a loss: its height and its gradient there, flat.</summary>
internal readonly record struct Place(double Loss, Tensor Gradient);
