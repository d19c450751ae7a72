// Numbers side by side, as many as a vector of the machine holds. A function that is written for lanes of any width is
// compiled for 512, 256 and 128 bits, of float and of double: the struct that stands for the width is a type argument, so
// that nothing of it is left in the machine code. .NET's own Vector<T> stops at 256 bits.

namespace Kubik.Kernels;

/// <summary>A vector of floating-point numbers and what can be done to all of them at once. Comparisons give masks for <see cref="Select"/>.</summary>
public interface ILanes<TLanes> where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Whether the numbers are float32 and not float64.</summary>
    static abstract bool IsSingle { get; }

    /// <summary>0 in every lane.</summary>
    static abstract TLanes Zero { get; }

    /// <summary>1 in every lane.</summary>
    static abstract TLanes One { get; }

    /// <summary>A number in every lane.</summary>
    static abstract TLanes Of(double value);

    /// <summary>Bits in every lane.</summary>
    static abstract TLanes OfBits(long bits);

    /// <summary>a + b.</summary>
    static abstract TLanes operator +(TLanes a, TLanes b);

    /// <summary>a − b.</summary>
    static abstract TLanes operator -(TLanes a, TLanes b);

    /// <summary>a · b.</summary>
    static abstract TLanes operator *(TLanes a, TLanes b);

    /// <summary>a / b.</summary>
    static abstract TLanes operator /(TLanes a, TLanes b);

    /// <summary>−a.</summary>
    static abstract TLanes operator -(TLanes a);

    /// <summary>The bits that both have.</summary>
    static abstract TLanes operator &(TLanes a, TLanes b);

    /// <summary>The bits that either has.</summary>
    static abstract TLanes operator |(TLanes a, TLanes b);

    /// <summary>a·b + c, rounded once where the machine can.</summary>
    static abstract TLanes MultiplyAdd(TLanes a, TLanes b, TLanes c);

    /// <summary>a·2ⁿ, rounded once; n is a whole number.</summary>
    static abstract TLanes Scale(TLanes a, TLanes n);

    /// <summary>|a|.</summary>
    static abstract TLanes Abs(TLanes a);

    /// <summary>√a.</summary>
    static abstract TLanes Sqrt(TLanes a);

    /// <summary>The smaller one; when a is a number and b is NaN, NaN.</summary>
    static abstract TLanes Min(TLanes a, TLanes b);

    /// <summary>The larger one; when a is a number and b is NaN, NaN.</summary>
    static abstract TLanes Max(TLanes a, TLanes b);

    /// <summary>Where a &lt; b.</summary>
    static abstract TLanes Less(TLanes a, TLanes b);

    /// <summary>Where a ≤ b.</summary>
    static abstract TLanes LessOrEqual(TLanes a, TLanes b);

    /// <summary>Where a &gt; b.</summary>
    static abstract TLanes Greater(TLanes a, TLanes b);

    /// <summary>Where a = b.</summary>
    static abstract TLanes Equal(TLanes a, TLanes b);

    /// <summary>a where the mask is set, else b.</summary>
    static abstract TLanes Select(TLanes mask, TLanes a, TLanes b);

    /// <summary>The sum of the bits taken as whole numbers.</summary>
    static abstract TLanes AddBits(TLanes a, TLanes b);

    /// <summary>The difference of the bits taken as whole numbers.</summary>
    static abstract TLanes SubtractBits(TLanes a, TLanes b);

    /// <summary>The bits moved up.</summary>
    static abstract TLanes ShiftLeft(TLanes a, int bits);

    /// <summary>The bits moved down, zeros after them.</summary>
    static abstract TLanes ShiftRight(TLanes a, int bits);
}

/// <summary>A function of each of the numbers.</summary>
public interface ILanesFunction
{
    /// <summary>Computes f of each number.</summary>
    TLanes Forward<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>;
}

/// <summary>What reaches a function's input when something reaches its output.</summary>
public interface ILanesGradient
{
    /// <summary>Computes dy·f′(x).</summary>
    TLanes Backward<TLanes>(TLanes x, TLanes dy) where TLanes : struct, ILanes<TLanes>;
}

/// <summary>Lanes that come from memory and go there.</summary>
internal unsafe interface ILanes<TLanes, T> : ILanes<TLanes> where TLanes : struct, ILanes<TLanes, T> where T : unmanaged
{
    static abstract int Count { get; }

    /// <summary>A number in every lane.</summary>
    static abstract TLanes Repeat(T value);

    static abstract TLanes Load(T* from);

    static abstract void Store(TLanes a, T* to);

    /// <summary>The sum of all lanes, in an order that is always the same.</summary>
    static abstract T Sum(TLanes a);

    /// <summary>The largest of all lanes; when one is NaN, any.</summary>
    static abstract T Largest(TLanes a);
}
