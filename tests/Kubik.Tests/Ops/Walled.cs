namespace Kubik.Tests.Ops;

/// <summary>A tensor in the middle of a block of memory that is full of a pattern.</summary>
internal sealed class Walled
{
    private const int Wall = 64; // elements on either side
    private const byte Pattern = 0xA5;
    private readonly Tensor block;

    public Walled(TensorSpec spec)
    {
        this.block = Tensor.Allocate(new(spec.DType, [Wall + spec.Shape.Size + Wall]));
        this.block.Bytes.Fill(Pattern);
        this.Inside = this.block.View(spec.Shape, Layout.Contiguous(spec.Shape, Wall));
    }

    public Tensor Inside { get; }

    public void AssertUntouched(string what)
    {
        int size = this.Inside.DType.ByteSize, end = (Wall + this.Inside.Count) * size;
        Assert.True(this.block.Bytes[..(Wall * size)].IndexOfAnyExcept(Pattern) < 0, $"{what}: something was written before it");
        Assert.True(this.block.Bytes[end..].IndexOfAnyExcept(Pattern) < 0, $"{what}: something was written behind it");
        GC.KeepAlive(this.block);
    }
}
