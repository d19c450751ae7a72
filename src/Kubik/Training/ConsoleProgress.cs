using System.Globalization;

namespace Kubik.Training;

/// <summary>Writes a line for every epoch, on the training thread and at once, so that none is lost or out of order (.NET's <see cref="Progress{T}"/>
/// hands reports to other threads).</summary>
/// <example><code>
/// Trainer.Fit(net, new CrossEntropy(), new Adam(0.001), train, new TrainerOptions { Test = test }, new ConsoleProgress());
/// // epoch 1/10  loss 0.2913  accuracy 91.5 %  test loss 0.1024  test accuracy 97.1 %  12345 samples/s
/// </code></example>
public sealed class ConsoleProgress : IProgress<TrainProgress>
{
    private readonly TextWriter? to;

    /// <summary>With where to write.</summary>
    /// <param name="to">Where the lines go; null: to the console.</param>
    public ConsoleProgress(TextWriter? to = null) => this.to = to;

    /// <summary>Writes the epoch's line when the report is an epoch's last.</summary>
    public void Report(TrainProgress value)
    {
        if (value.EpochDone is not { } e) return;
        string line = string.Create(CultureInfo.InvariantCulture, $"epoch {e.Epoch}/{value.Epochs}  loss {e.TrainLoss:G4}")
            + Share("accuracy", e.TrainAccuracy)
            + Loss("validation loss", e.ValidationLoss) + Share("validation accuracy", e.ValidationAccuracy)
            + Loss("test loss", e.TestLoss) + Share("test accuracy", e.TestAccuracy)
            + string.Create(CultureInfo.InvariantCulture, $"  {value.SamplesPerSecond:F0} samples/s");
        (this.to ?? Console.Out).WriteLine(line);
    }

    private static string Loss(string name, double? value) => value is { } loss ? string.Create(CultureInfo.InvariantCulture, $"  {name} {loss:G4}") : "";

    private static string Share(string name, double? value) =>
        value is { } share ? string.Create(CultureInfo.InvariantCulture, $"  {name} {share * 100:F1} %") : "";
}
