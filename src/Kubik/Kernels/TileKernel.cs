// The mathematics of an elementwise op as an object. Eager code runs it over whole tensors; a plan runs those of several
// ops one after another on the same few hundred elements, so that what is between them never leaves the cache.

namespace Kubik.Kernels;

/// <summary>The mathematics of an op on one tile: dense inputs, dense output.</summary>
internal interface ITile
{
    /// <summary>Whether the output is the input.</summary>
    static virtual bool IsCopy => false;

    static abstract unsafe void Run(byte** x, byte* y, int count);
}

/// <summary>The same for an op with attributes, which the tile carries.</summary>
internal interface IStatefulTile
{
    static virtual bool IsCopy => false;

    unsafe void Run(byte** x, byte* y, int count);
}

/// <summary>A tile's mathematics, whichever they are.</summary>
internal abstract class TileKernel
{
    /// <summary>The kernel of a tile without attributes.</summary>
    public static TileKernel Of<TTile>() where TTile : struct, ITile => Shared<TTile>.Kernel;

    /// <summary>The kernel of a tile with attributes.</summary>
    public static TileKernel Of<TTile>(TTile tile) where TTile : struct, IStatefulTile => new Kernel<TTile>(tile);

    /// <summary>Computes one tile.</summary>
    public abstract unsafe void Run(byte** x, byte* y, int count);

    /// <summary>Computes whole tensors; inputs broadcast to y's shape.</summary>
    public abstract void Run(ReadOnlySpan<Tensor> x, Tensor y);

    private static class Shared<TTile> where TTile : struct, ITile
    {
        public static readonly TileKernel Kernel = Of(default(Stateless<TTile>));
    }

    private readonly struct Stateless<TTile> : IStatefulTile where TTile : struct, ITile
    {
        public static bool IsCopy => TTile.IsCopy;

        public unsafe void Run(byte** x, byte* y, int count) => TTile.Run(x, y, count);
    }

    private sealed class Kernel<TTile>(TTile tile) : TileKernel where TTile : struct, IStatefulTile
    {
        public override unsafe void Run(byte** x, byte* y, int count) => tile.Run(x, y, count);

        public override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Run(tile, x, y);
    }
}
