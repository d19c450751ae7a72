// Is a gradient right? Along a random direction v the change of f is ⟨∇f, v⟩; a central difference measures it with two
// more evaluations, whatever the number of inputs. In double precision the two agree to many digits or a rule is wrong.

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
        Tensor?[] gradients = Gradient.TryOf(f(tracked), tracked);
        double analytic = gradients.Zip(direction, (g, v) => g is null ? 0 : (double)(g * v).Sum()).Sum();
        double forward = (double)f([.. at.Zip(direction, (x, v) => x + epsilon * v)]);
        double backward = (double)f([.. at.Zip(direction, (x, v) => x - epsilon * v)]);
        return new(analytic, (forward - backward) / (2 * epsilon));
    }
}
