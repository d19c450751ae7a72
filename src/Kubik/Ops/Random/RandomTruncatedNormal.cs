using System.Globalization;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>Numbers from the normal distribution with mean 0 and variance 1, those alone that lie between two bounds: Φ⁻¹(Φ(low) + u·(Φ(high) − Φ(low))).
/// The input is the state, int64 (seed, stream, position).</summary>
/// <param name="Spec">Type and shape of what is drawn.</param>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
/// <remarks>Nothing is drawn twice: Φ⁻¹ is Wichura's AS 241, right to about 1e-15.</remarks>
public sealed record RandomTruncatedNormal(TensorSpec Spec, double Low, double High) : RandomOp
{
    private const double FarthestDouble = 37; // beyond, a tail of the bell is 0 in double precision

    /// <inheritdoc/>
    public override string Name => "RandomTruncatedNormal";

    /// <inheritdoc/>
    public override Notation Notation => new(
        string.Create(CultureInfo.InvariantCulture, $"normal({{*}}; {this.Low} to {this.High})"),
        string.Create(CultureInfo.InvariantCulture, $@"\mathcal{{N}}_{{[{this.Low}, {this.High}]}}\left({{*}}\right)"));

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) =>
        !(this.Low < this.High) ? throw this.Error(string.Create(CultureInfo.InvariantCulture,
            $"the lower bound must be below the upper one; got {this.Low} and {this.High}.")) :
        this.Low > FarthestDouble || this.High < -FarthestDouble ? throw this.Error(string.Create(CultureInfo.InvariantCulture,
            $"no normal number in double precision lies between {this.Low} and {this.High}; "
            + $"bounds must leave something of −{FarthestDouble} to {FarthestDouble}.")) :
        Philox.Infer(this, this.Spec, x[0]);

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (this.Spec.Shape.Size + 1L) / 2;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Philox.Fill(new TruncatedNormalDraw(this.Low, this.High), x[0], y);
}
