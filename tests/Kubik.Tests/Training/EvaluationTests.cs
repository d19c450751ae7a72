using Kubik.Data;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Tests.Training;

public sealed class EvaluationTests
{
    private static readonly Tensor Rows = Tensor.From(new float[,] { { 1, -1 }, { -2, 3 } });

    [Fact]
    public void Probabilities_are_what_the_loss_means()
    {
        Sequential net = new(new Identity());
        TensorDataset several = new(Rows, Tensor.From(new float[,] { { 1, 1 }, { 0, 1 } })), classes = new(Rows, Tensor.Of(0, 1));
        Assert.Equal(Rows.Sigmoid().ToDoubles(), Evaluation.Of(net, new BinaryCrossEntropy(), several).Probabilities().ToDoubles());
        Assert.Equal(Rows.Softmax().ToDoubles(), Evaluation.Of(net, new CrossEntropy(), classes).Probabilities().ToDoubles());
        Assert.Equal(Rows.ToDoubles(), Evaluation.Of(net, new MeanSquaredError(), several).Probabilities().ToDoubles());
        Assert.Equal(Rows.Softmax().ToDoubles(), new Evaluation(0, Rows, Tensor.Of(0, 1)).Probabilities().ToDoubles());
    }

    [Fact]
    public void Only_classes_are_confused()
    {
        Sequential net = new(new Identity());
        Evaluation numbers = Evaluation.Of(net, new MeanSquaredError(), new TensorDataset(Rows, Tensor.From(new float[,] { { 1, 1 }, { 0, 1 } })));
        Assert.Contains("the targets are classes (N)", Assert.Throws<InvalidOperationException>(numbers.Confusion).Message, StringComparison.Ordinal);
        Assert.Contains("of class 2", Assert.Throws<InvalidOperationException>(() => new Evaluation(0, Rows, Tensor.Of(0, 2)).Confusion()).Message,
            StringComparison.Ordinal);
        Assert.Equal(new[,] { { 1, 0 }, { 0, 1 } }, new Evaluation(0, Rows, Tensor.Of(0, 1)).Confusion());
    }

    [Fact]
    public void Progress_writes_a_line_for_every_epoch_before_the_training_ends()
    {
        using StringWriter to = new();
        TensorDataset data = new(Rows, Tensor.Of(0, 1));
        Trainer.Fit(new Sequential(new Linear(2)), new CrossEntropy(), new Adam(0.01), data, new TrainerOptions { Epochs = 3, Test = data },
            new ConsoleProgress(to));
        string[] lines = to.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^epoch 3/3  loss [\d.]+  accuracy [\d.]+ %  test loss [\d.]+  test accuracy [\d.]+ %  \d+ samples/s$", lines[2]);
    }
}
