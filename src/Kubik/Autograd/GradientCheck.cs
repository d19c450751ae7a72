// Is a gradient right? Along a random direction v the change of f is ⟨∇f, v⟩; a central difference measures it with two
// more evaluations, whatever the number of inputs. In double precision the two agree to many digits or a rule is wrong.

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
        return Compare(y, gradients, direction, (forward - backward) / (2 * epsilon), "any of its inputs");
    }

    /// <summary>Checks the gradient of a loss with respect to each weight of a module, along one random direction each.</summary>
    /// <param name="model">The module; Float64, or the differences drown in rounding.</param>
    /// <param name="loss">Computes a scalar from the module's weights as they are then: the same function at each call, so no dropout.</param>
    /// <param name="random">Draws the directions.</param>
    /// <param name="epsilon">The length of the step.</param>
    /// <returns>The comparison for each weight, by its path. The weights are as they were before.</returns>
    /// <exception cref="ShapeException">A weight is not Float64, or the loss is not a scalar.</exception>
    /// <exception cref="InvalidOperationException">The loss changes with a weight, but the tape does not lead there.</exception>
    /// <example><code>
    /// net.Cast(DType.Float64);
    /// foreach ((string path, GradientCheckResult r) in GradientCheck.Of(net, () => net.Forward(x).Square().Sum(), new RandomStream(1, 1)))
    ///     Console.WriteLine($"{path}: {r.RelativeError}");   // "0.weight: 1e-10"
    /// </code></example>
    public static IReadOnlyDictionary<string, GradientCheckResult> Of(Module model, Func<Tensor> loss, RandomStream random, double epsilon = 1e-5)
    {
        Tensor y = loss(); // makes the parameters of a model that waits for its first input
        (string Path, Parameter Parameter)[] weights = [.. model.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight)];
        foreach ((string path, Parameter weight) in weights)
        {
            if (weight.Spec.DType != DType.Float64) throw new ShapeException($"GradientCheck: weights must be float64, but '{path}' is {weight.Spec}; convert them with model.Cast(DType.Float64).");
        }
        Tensor?[] gradients = Gradient.TryOf(y, [.. weights.Select(w => w.Parameter.Value)]);
        Dictionary<string, GradientCheckResult> results = [];
        for (int i = 0; i < weights.Length; i++)
        {
            (string path, Parameter weight) = weights[i];
            Tensor before = weight.Value.Detach(), v = random.Normal(before.Shape, DType.Float64);
            double forward, backward;
            try
            {
                weight.Assign(before + epsilon * v);
                forward = (double)loss();
                weight.Assign(before - epsilon * v);
                backward = (double)loss();
            }
            finally
            {
                weight.Assign(before);
            }
            results[path] = Compare(y, [gradients[i]], [v], (forward - backward) / (2 * epsilon), $"'{path}'");
        }
        return results;
    }

    private static GradientCheckResult Compare(Tensor y, Tensor?[] gradients, Tensor[] direction, double numeric, string what)
    {
        const double Rounding = 1e-6; // more than the noise of a difference, less than a slope
        if (gradients.All(g => g is null) && Math.Abs(numeric) > Rounding * Math.Max(1, Math.Abs((double)y)))
        {
            throw new InvalidOperationException(
                $"GradientCheck: the value changes (slope {numeric:G4}), but by the tape it does not depend on {what}: something cuts the tape, "
                + "as Assign, Detach, Track, a cast to whole numbers or numbers taken out of a tensor do.");
        }
        return new(gradients.Zip(direction, (g, v) => g is null ? 0 : (double)(g * v).Sum()).Sum(), numeric);
    }
}
