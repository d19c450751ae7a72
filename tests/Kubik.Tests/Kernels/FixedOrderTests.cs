using Kubik.Tests.Ops;

namespace Kubik.Tests.Kernels;

public sealed class FixedOrderTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string op in (string[])["sum", "prod", "softmax", "mean", "exp", "log", "sigmoid", "sin", "tanh", "pow", "logsoftmax",
                "cumsum", "cumprod"])
            {
                foreach (int length in (int[])[5, 17, 63, 64, 130, 200, 500]) cases.Add(op, length);
            }
            return cases;
        }
    }

    // The same numbers at sixteen places of a cache line.
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_place_in_memory_does_not_change_a_bit(string op, int length)
    {
        foreach (DType type in OpRow.Floats)
        {
            Tensor x = new RandomStream(1, 1).Uniform([length], type) + 0.5;
            Tensor? first = null;
            for (int at = 0; at < 16; at++)
            {
                Tensor part = Tensor.Concat(0, Tensor.Zeros([at], type), x, Tensor.Zeros([16 - at], type))[at..(at + length)];
                Tensor y = op switch
                {
                    "sum" => part.Sum(),
                    "prod" => part.Prod(),
                    "mean" => part.Mean(),
                    "exp" => part.Exp(),
                    "log" => part.Log(),
                    "sigmoid" => part.Sigmoid(),
                    "sin" => part.Sin(),
                    "tanh" => part.Tanh(),
                    "pow" => part.Pow(part),
                    "logsoftmax" => part.LogSoftmax(),
                    "cumsum" => part.CumSum(0),
                    "cumprod" => part.CumProd(0),
                    _ => part.Softmax(),
                };
                first ??= y;
                Bits.Equal(first, y, $"{op} of {length} {type.Name} from {at}");
            }
        }
    }
}
