// The memory of a fused loop: inputs that repeat, spread out, and what its small parts keep between their ops. It is measured
// first, when all operands are known, and then taken piece by piece.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

/// <summary>The memory of a fused loop.</summary>
/// <param name="tile">The most elements that are read at once.</param>
internal sealed unsafe class FusedSpreads(int tile)
{
    private readonly List<Spread> spreads = [];
    private byte*[] places = [];
    private int[] changing = [];
    private Tensor? memory;
    private long taken;

    /// <summary>Asks for an input that repeats after so many elements to be spread out; gives its number.</summary>
    public int Add(FusedOperand operand, Tensor x, bool isConstant, int period)
    {
        int known = this.spreads.FindIndex(s => ReferenceEquals(s.Of, x) && s.Period == period);
        if (known >= 0) return known;
        this.spreads.Add(new(operand, x, isConstant, period, period == 1 ? tile : period + tile)); // a tile may begin anywhere in a period
        return this.spreads.Count - 1;
    }

    /// <summary>Takes the memory for all inputs that were added, and so many bytes besides.</summary>
    public void Allocate(int besides)
    {
        this.memory = Tensor.Pinned(new(DType.UInt8, [checked(this.spreads.Sum(s => Padded(s.Bytes)) + besides)]));
        this.places = new byte*[this.spreads.Count];
        for (int i = 0; i < this.places.Length; i++)
        {
            this.places[i] = this.Take(this.spreads[i].Bytes);
            if (this.spreads[i].IsConstant) this.Fill(i);
        }
        this.changing = [.. Enumerable.Range(0, this.places.Length).Where(i => !this.spreads[i].IsConstant)];
    }

    /// <summary>So many of the bytes besides, from the next line of the cache on.</summary>
    public byte* Take(int bytes)
    {
        byte* at = this.memory!.Address + this.taken;
        this.taken += Padded(bytes);
        return at;
    }

    /// <summary>What so many bytes take in whole lines of the cache.</summary>
    public static int Padded(int bytes) => (bytes + 63) / 64 * 64;

    /// <summary>Where an input is spread out.</summary>
    public byte* At(int number) => this.places[number];

    /// <summary>Spreads out what may have changed.</summary>
    public void Fill()
    {
        foreach (int number in this.changing) this.Fill(number);
    }

    private void Fill(int number)
    {
        Spread of = this.spreads[number];
        byte* to = this.places[number];
        int size = of.Operand.Size;
        if (of.Period == 1)
        {
            of.Operand.Gather(to, 0, of.Count);
            return;
        }
        of.Operand.Gather(to, 0, of.Period);
        for (int done = of.Period; done < of.Count; done *= 2)
            Unsafe.CopyBlockUnaligned(to + (long)done * size, to, (uint)(Math.Min(done, of.Count - done) * size));
    }

    private sealed record Spread(FusedOperand Operand, Tensor Of, bool IsConstant, int Period, int Count)
    {
        public int Bytes => this.Count * this.Operand.Size;
    }
}
