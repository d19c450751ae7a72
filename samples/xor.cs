#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
// XOR: the smallest problem that one neuron cannot solve. Two inputs, four hidden tanh neurons, one output.
// Run it:  dotnet run samples/xor.cs

using Kubik;
using Kubik.Nn;
using Kubik.Optim;

RandomSource.Default = new RandomSource(seed: 1);
Tensor x = Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
Tensor y = Tensor.From(new float[,] { { 0 }, { 1 }, { 1 }, { 0 } });

Sequential net = new(new Linear(2, 4), new Tanh(), new Linear(4, 1));
Loss loss = new BinaryCrossEntropy();
Optimizer optimizer = new Adam(0.05);

for (int step = 1; step <= 500; step++)
{
    Tensor error = loss.Of(net.Forward(x), y);
    optimizer.Step(error, net);
    if (step % 100 == 0) Console.WriteLine($"step {step,3}  loss {(float)error:F4}");
}

Tensor p = net.Forward(x).Sigmoid();
for (int i = 0; i < 4; i++)
    Console.WriteLine($"{(int)x[i, 0]} xor {(int)x[i, 1]} = {(float)p[i, 0]:F3}");

bool solved = (bool)(p >= 0.5).Equal(y >= 0.5).Cast(DType.Int32).Min();
Console.WriteLine(solved ? "solved" : "not solved");
return solved ? 0 : 1;
