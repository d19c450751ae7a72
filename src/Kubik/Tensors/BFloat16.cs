// The upper half of a float: .NET 10 has no such type.

using System.Globalization;

namespace Kubik;

/// <summary>A 16-bit floating-point number: sign, 8 bits of exponent as <see cref="float"/> has, 7 bits of fraction. For storage: it only converts.</summary>
/// <param name="Bits">Its bits: the upper half of those of the same number as a <see cref="float"/>.</param>
public readonly record struct BFloat16(ushort Bits)
{
    /// <summary>The number as a <see cref="float"/>, which can hold every one.</summary>
    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <summary>The number as a <see cref="double"/>, which can hold every one.</summary>
    public static explicit operator double(BFloat16 value) => (float)value;

    /// <summary>The nearest number, of two equally near ones the even one; NaN stays NaN, what is too large becomes infinite.</summary>
    public static explicit operator BFloat16(double value)
    {
        float near = (float)value;
        uint bits = BitConverter.SingleToUInt32Bits(near);
        if (float.IsNaN(near)) return new((ushort)(bits >> 16 | 0x40));
        // A number that was rounded must not be rounded again: cut it off instead, and let the last bit say that something was lost.
        if (Math.Abs((double)near) > Math.Abs(value)) bits--;
        if (near != value) bits |= 1;
        return new((ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16));
    }

    /// <summary>The number as a <see cref="float"/> is written.</summary>
    public override string ToString() => ((float)this).ToString(CultureInfo.InvariantCulture);
}
