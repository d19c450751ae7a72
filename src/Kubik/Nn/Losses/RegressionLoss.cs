// Losses of numbers, element by element. All are functions of the error δ = t − y, target minus output: δ > 0 where
// the network said too little, δ < 0 where it said too much.

namespace Kubik.Nn;

/// <summary>A loss of numbers: a function of δ = target − output, element by element.
/// Labels (B) for outputs (B, K) are compared as rows with a 1 at the label.</summary>
public abstract class RegressionLoss : Loss
{
    /// <inheritdoc/>
    protected sealed override Tensor Compute(Tensor output, Tensor target) => this.OfError(this.Fit(output, target) - output);

    /// <summary>The loss of each error δ = target − output.</summary>
    protected abstract Tensor OfError(Tensor delta);

    private protected static double Positive(double value, string name, string loss) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{loss}: {name} must be a number above 0.");
}

/// <summary>The mean of δ², δ = target − output.</summary>
public sealed class MeanSquaredError : RegressionLoss
{
    /// <inheritdoc/>
    public override string Name => "mse";

    /// <inheritdoc/>
    public override string Formula => "(t − y)²";

    internal static LossSyntax Syntax { get; } = new("mse", "mse", _ => new MeanSquaredError());

    /// <inheritdoc/>
    protected override Tensor OfError(Tensor delta) => delta * delta;
}

/// <summary>The mean of |δ|, δ = target − output; where δ = 0 its gradient is 0.</summary>
public sealed class MeanAbsoluteError : RegressionLoss
{
    /// <inheritdoc/>
    public override string Name => "mae";

    /// <inheritdoc/>
    public override string Formula => "|t − y|";

    internal static LossSyntax Syntax { get; } = new("mae", "mae", _ => new MeanAbsoluteError());

    /// <inheritdoc/>
    protected override Tensor OfError(Tensor delta) => delta.Abs();
}

/// <summary>½δ² for errors up to a limit d, d·(|δ| − ½d) beyond: a square that outliers do not rule (Huber 1964).</summary>
public sealed class Huber : RegressionLoss
{
    private readonly double delta;

    /// <summary>Turns from a square into a line at |δ| = <paramref name="delta"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0.</exception>
    public Huber(double delta = 1) => this.delta = Positive(delta, nameof(delta), "huber");

    /// <inheritdoc/>
    public override string Name => "huber";

    /// <inheritdoc/>
    public override string Formula => "½δ² where |δ| ≤ d, else d·(|δ| − ½d); δ = t − y";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("delta", this.delta, 1.0));

    internal static LossSyntax Syntax { get; } = new("huber", "huber [delta=1]", a => new Huber(a.Real("delta", 1)));

    /// <inheritdoc/>
    protected override Tensor OfError(Tensor delta) => Of(delta, this.delta);

    // With c = δ cut at ±d the two branches are one: c·(δ − ½c), which is a square around 0, so that its second derivative
    // is 1 at 0 too. Nothing is squared that could overflow.
    internal static Tensor Of(Tensor delta, double limit)
    {
        Tensor c = delta.Called("δ").Clip(-limit, limit).Called("c");
        return c * (delta - c / 2);
    }
}

/// <summary>δ² / 2β for errors up to β, |δ| − ½β beyond: Huber's loss over β, with slope 1 far out (Girshick 2015,
/// arXiv:1504.08083, eq. 3, where β = 1).</summary>
public sealed class SmoothL1 : RegressionLoss
{
    private readonly double beta;

    /// <summary>Turns from a square into a line at |δ| = <paramref name="beta"/>; 0 makes it |δ|.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    public SmoothL1(double beta = 1) => this.beta = beta == 0 ? 0 : Positive(beta, nameof(beta), "smooth-l1");

    /// <inheritdoc/>
    public override string Name => "smooth-l1";

    /// <inheritdoc/>
    public override string Formula => "δ²/2β where |δ| < β, else |δ| − ½β; δ = t − y";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("beta", this.beta, 1.0));

    internal static LossSyntax Syntax { get; } = new("smooth-l1", "smooth-l1 [beta=1]", a => new SmoothL1(a.Real("beta", 1)));

    /// <inheritdoc/>
    protected override Tensor OfError(Tensor delta) => Of(delta, this.beta);

    internal static Tensor Of(Tensor delta, double beta) => beta == 0 ? delta.Abs() : Huber.Of(delta, beta) / beta;
}

/// <summary>δ²·(a·[δ &lt; 0] + b·[δ ≥ 0]), δ = target − output: a is the price of saying too much, b of saying too little.</summary>
public sealed class AsymmetricSquare : RegressionLoss
{
    private readonly double over, under;

    /// <summary>Prices of errors on both sides.</summary>
    /// <param name="over">a: what δ² costs where the output is above the target.</param>
    /// <param name="under">b: what δ² costs where it is below.</param>
    /// <exception cref="ArgumentOutOfRangeException">A price is below 0.</exception>
    public AsymmetricSquare(double over = 1, double under = 1)
    {
        if (!(over >= 0 && double.IsFinite(over)))
            throw new ArgumentOutOfRangeException(nameof(over), over, "asymmetric-square: the price a must be 0 or more.");
        if (!(under >= 0 && double.IsFinite(under)))
            throw new ArgumentOutOfRangeException(nameof(under), under, "asymmetric-square: the price b must be 0 or more.");
        (this.over, this.under) = (over, under);
    }

    /// <inheritdoc/>
    public override string Name => "asymmetric-square";

    /// <inheritdoc/>
    public override string Formula => "δ²·(a·[δ < 0] + b·[δ ≥ 0]); δ = t − y";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("a", this.over, 1.0), ("b", this.under, 1.0));

    internal static LossSyntax Syntax { get; } =
        new("asymmetric-square", "asymmetric-square [a=1] [b=1]", a => new AsymmetricSquare(a.Real("a", 1), a.Real("b", 1)));

    /// <inheritdoc/>
    protected override Tensor OfError(Tensor delta) =>
        delta.Called("δ") * delta * Tensor.Where(delta < 0, Tensor.Scalar(this.over, delta.DType), Tensor.Scalar(this.under, delta.DType));
}

/// <summary>max(q·δ, (q − 1)·δ), δ = target − output: its least mean is reached at the q-quantile (Koenker and Bassett 1978).
/// Where δ = 0 its slope is the mean of both sides.</summary>
public sealed class Pinball : RegressionLoss
{
    private readonly double quantile;

    /// <summary>For a quantile between 0 and 1; ½ is the median.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public Pinball(double quantile = 0.5)
    {
        if (!(quantile > 0 && quantile < 1))
            throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "pinball: the quantile must be above 0 and below 1.");
        this.quantile = quantile;
    }

    /// <inheritdoc/>
    public override string Name => "pinball";

    /// <inheritdoc/>
    public override string Formula => "max(q·δ, (q − 1)·δ); δ = t − y";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("quantile", this.quantile, 0.5));

    internal static LossSyntax Syntax { get; } = new("pinball", "pinball [quantile=0.5]", a => new Pinball(a.Real("quantile", 0.5)));

    /// <inheritdoc/>
    protected override Tensor OfError(Tensor delta) => (delta.Called("δ") * this.quantile).Maximum(delta * (this.quantile - 1));
}

/// <summary>ln cosh δ, δ = target − output: ½δ² near 0, |δ| − ln 2 far out, smooth everywhere.</summary>
public sealed class LogCosh : RegressionLoss
{
    /// <inheritdoc/>
    public override string Name => "log-cosh";

    /// <inheritdoc/>
    public override string Formula => "ln cosh(t − y)";

    internal static LossSyntax Syntax { get; } = new("log-cosh", "log-cosh", _ => new LogCosh());

    /// <inheritdoc/>
    protected override Tensor OfError(Tensor delta) => delta.LogCosh();
}
