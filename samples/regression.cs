#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
// Regression on a table of one's own: reads a CSV file, learns its last column from the others, and plots predicted
// against true values in the terminal. Without an argument it makes a table: y = sin 6x + noise.
// Run it:  dotnet run samples/regression.cs [-- FILE.csv]

using System.Globalization;
using Kubik;
using Kubik.Data;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

string file = args.Length > 0 ? args[0] : MakeTable();
(Dataset train, Dataset test) = TableDataset.Load(file, new TableOptions { Kind = TargetKind.Numbers }).Split(test: 0.2, seed: 1);
Console.WriteLine($"{file}: {train.Count} rows to learn, {test.Count} to test, inputs {train.InputShape}");

RandomSource.Default = new RandomSource(seed: 1);
Sequential net = Sequential.Parse("linear 32 | tanh | linear 32 | tanh | linear 1");
TrainResult result = Trainer.Fit(
    net, new MeanSquaredError(), new Adam(0.01) { Schedule = Schedule.Cosine }, train,
    new TrainerOptions { Epochs = 100, BatchSize = 32, Seed = 1, Test = test });
Console.WriteLine($"mean squared error of the standardised target: train {result.History[^1].TrainLoss:F4}, test {result.History[^1].TestLoss:F4}");

// Back to the target's own units: the constants travel with the data's format.
SavedModel model = new(net, test.Format, new MeanSquaredError());
Evaluation evaluation = Evaluation.Of(net, model.Loss, test);
double[] predicted = model.Read(evaluation.Outputs).ToDoubles(), truth = model.Read(evaluation.Targets).ToDoubles();
double mean = truth.Average(), r2 = 1 - truth.Zip(predicted, (t, p) => (t - p) * (t - p)).Sum() / truth.Sum(t => (t - mean) * (t - mean));
Plot(truth, predicted);
Console.WriteLine($"R² on the test rows: {r2:F3}");
return r2 > 0.9 ? 0 : 1;

static string MakeTable()
{
    RandomStream random = new(seed: 7, stream: 1);
    double[] x = random.Uniform([400]).ToDoubles(), noise = random.Normal([400]).ToDoubles();
    string path = Path.Combine(Path.GetTempPath(), $"kubik-sine-{Environment.ProcessId}.csv");
    File.WriteAllLines(path, ["x,y", .. x.Select((v, i) => string.Create(CultureInfo.InvariantCulture, $"{v:R},{Math.Sin(6 * v) + 0.1 * noise[i]:R}"))]);
    return path;
}

// Truth to the right, prediction upwards: what is learnt lies on the diagonal.
static void Plot(double[] truth, double[] predicted)
{
    const int Width = 60, Height = 20;
    double low = Math.Min(truth.Min(), predicted.Min()), high = Math.Max(truth.Max(), predicted.Max());
    char[][] cells = [.. Enumerable.Range(0, Height).Select(_ => new string(' ', Width).ToCharArray())];
    int Place(double v, int size) => (int)Math.Round((v - low) / (high - low) * (size - 1));
    for (int c = 0; c < Width; c++) cells[Height - 1 - (int)Math.Round((double)c / (Width - 1) * (Height - 1))][c] = '.';
    for (int i = 0; i < truth.Length; i++) cells[Height - 1 - Place(predicted[i], Height)][Place(truth[i], Width)] = '*';
    Console.WriteLine("predicted");
    foreach (char[] row in cells) Console.WriteLine("| " + new string(row));
    Console.WriteLine("+" + new string('-', Width + 1) + " true");
}
