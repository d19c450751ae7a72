using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Tests.Training;

[Collection(Kernels.Alone.Name)]
public sealed class MemoryTests
{
    // Ten thousand steps of LeNet are in bench/memory.cs.
    [Fact]
    public void EagerTrainingStaysFlatInMemory()
    {
        Sequential net = Sequential.Parse("conv 6 5x5 pad=2 | relu | maxpool 2 | flatten | linear 10");
        Tensor x = new RandomStream(1, 1).Normal([64, 1, 28, 28]), y = Tensor.Zeros([64], DType.Int64);
        Adam optimizer = new();
        CrossEntropy loss = new();
        long held = 0;
        for (int step = 0; step < 300; step++)
        {
            optimizer.Step(loss.Of(net.Forward(x), y), net);
            if (step == 100) held = BufferPool.HeldBytes;
        }
        Assert.InRange(BufferPool.HeldBytes, 0, Math.Max(held * 3 / 2, 200L << 20));
    }
}
