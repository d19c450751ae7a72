using Kubik.Autograd;
using Kubik.Nn;

namespace Kubik.Tests.Tensors;

public sealed class BFloat16Tests
{
    private static int Bits(double value) => ((BFloat16)value).Bits;

    [Fact]
    public void Every_one_comes_back_from_float_and_double()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            BFloat16 x = new((ushort)bits);
            if (float.IsNaN((float)x)) Assert.True(double.IsNaN((double)(BFloat16)(double)x));
            else Assert.Equal(bits, Bits((double)x));
        }
    }

    [Fact]
    public void Between_two_the_nearer_is_taken_and_halfway_the_even_one()
    {
        for (int bits = 0; bits < 0x7F7F; bits += 7)
        {
            double low = (double)new BFloat16((ushort)bits), high = (double)new BFloat16((ushort)(bits + 1)), middle = low + (high - low) / 2;
            Assert.Equal(bits % 2 == 0 ? bits : bits + 1, Bits(middle));
            Assert.Equal(bits, Bits(Math.BitDecrement(middle))); // 30 bits below what a float can tell from the middle
            Assert.Equal(bits + 1, Bits(Math.BitIncrement(middle)));
            Assert.Equal(bits + 1 | 0x8000, Bits(-Math.BitIncrement(middle)));
        }
    }

    [Fact]
    public void Ends_of_the_range()
    {
        Assert.Equal(0x7F80, Bits(double.PositiveInfinity));
        Assert.Equal(0xFF80, Bits(-1e300));
        Assert.Equal(0x7F80, Bits(3.4e38));
        Assert.Equal(0x7F7F, Bits(3.3895e38));
        Assert.Equal(0, Bits(1e-300));
        Assert.Equal(0x8000, Bits(-0.0));
        Assert.Equal(1, Bits(double.ScaleB(1, -133)));
        Assert.True(float.IsNaN((float)(BFloat16)double.NaN));
        Assert.True(float.IsNaN((float)(BFloat16)(double)BitConverter.UInt32BitsToSingle(0x7F800001)));
        Assert.Equal("1.5", ((BFloat16)1.5).ToString());
    }

    [Fact]
    public void A_tensor_holds_them()
    {
        Tensor x = Tensor.Of((BFloat16)1.0, (BFloat16)(-2.5), (BFloat16)double.NaN);
        Assert.Equal("bfloat16 (3,)", x.Spec.ToString());
        Assert.Equal([1, -2.5, double.NaN], x.ToDoubles());
        Assert.Equal([1f, -2.5f, float.NaN], x.Cast(DType.Float32).ToArray<float>());
        Assert.Equal([1, -2, 0], x.Cast(DType.Int32).ToArray<int>());
        Assert.Equal([true, true, true], x.Cast(DType.Bool).ToArray<bool>());
        Assert.Equal([1, -2.5, double.NaN], x.Cast(DType.Float16).ToDoubles());
        Assert.Equal(0x3E80, Tensor.Full([2], 0.25, DType.BFloat16).ToArray<BFloat16>()[1].Bits);
        Assert.Contains("-2.5", x.ToString(), StringComparison.Ordinal);
        Assert.Equal([-2.5], x[1..2].ToDoubles());
    }

    [Fact]
    public void A_gradient_passes_a_cast_and_back()
    {
        Tensor x = Tensor.Of(1.001f, 2).Track();
        Tensor y = x.Cast(DType.BFloat16).Cast(DType.Float32).Sum();
        Assert.Equal(3, y.Item());
        Assert.Equal([1f, 1], Gradient.Of(y, x).ToArray<float>());
    }

    [Fact]
    public void A_model_reads_weights_that_were_stored_in_16_bits()
    {
        foreach (DType type in new[] { DType.BFloat16, DType.Float16 })
        {
            Linear layer = new(2, 1);
            layer.Assign(new Dictionary<string, Tensor> { ["weight"] = Tensor.Full([2, 1], 0.5, type), ["bias"] = Tensor.Full([1], 0.25, type) });
            Assert.Equal(new TensorSpec(DType.Float32, [2, 1]), layer.Weight.Spec);
            Assert.Equal(1.25, layer.Forward(Tensor.Ones([1, 2])).Item());
        }
    }
}
