#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
using Kubik;
using Kubik.Data;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

float[,] points = { { 0.1f, 0.9f }, { 0.2f, 0.8f }, { 0.3f, 0.6f }, { 0.9f, 0.2f }, { 0.8f, 0.1f }, { 0.7f, 0.4f } };
int[] classes = [0, 0, 0, 1, 1, 1];

Sequential net = new(new Linear(8), new Tanh(), new Linear(2));
TrainResult result = Trainer.Fit(net, new CrossEntropy(), new Adam(0.05), new TensorDataset(points, classes), new TrainerOptions { Epochs = 100 });
Console.WriteLine($"loss {result.History[^1].TrainLoss:F4}");
Console.WriteLine(net.Forward(Tensor.From(new float[,] { { 0.15f, 0.7f } })).Softmax());
