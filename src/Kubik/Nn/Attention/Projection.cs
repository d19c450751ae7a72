namespace Kubik.Nn;

/// <summary>y = x·W + b as a part of a larger brick, which knows the size of the output only when it sees its input.</summary>
internal sealed class Projection : Module
{
    public Projection(bool bias)
    {
        RandomStream random = RandomSource.Default.NextStream();
        this.Weight = new Parameter(spec => Initializers.XavierUniform()(spec, random));
        this.Bias = bias ? new Parameter(spec => Tensor.Zeros(spec.Shape, spec.DType)) : null;
    }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public override string Notation => "projection";

    public Tensor Of(Tensor x, int outputs)
    {
        this.Weight.Define(new(x.DType, [x.Shape[^1], outputs]));
        this.Bias?.Define(new(x.DType, [outputs]));
        Shape w = this.Weight.Spec.Shape;
        if (w[0] != x.Shape[^1] || w[1] != outputs)
            throw new ShapeException($"the layer was made for a last axis of {w[0]} and gives {w[1]}; got {x.Shape}, of which it should make {outputs}.");
        Tensor y = x.MatMul(this.Weight);
        return this.Bias is null ? y : y + this.Bias;
    }

    protected override Tensor Compute(Tensor x) => this.Of(x, x.Shape[^1]);
}
