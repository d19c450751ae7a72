namespace Kubik.Training;

/// <summary>Where a training stands: reported after every step and after every epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">How many there will be.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="StepsInEpoch">Steps of an epoch.</param>
/// <param name="Loss">Mean loss of the epoch so far.</param>
/// <param name="Accuracy">Share of right answers in the epoch so far; null for regression.</param>
/// <param name="SamplesPerSecond">Samples learnt a second, in this run.</param>
/// <param name="TimeLeft">Until the end, at this speed.</param>
/// <param name="EpochDone">The epoch's result, when this report is its last; else null.</param>
public sealed record TrainProgress(
    int Epoch, int Epochs, int Step, int StepsInEpoch, double Loss, double? Accuracy,
    double SamplesPerSecond, TimeSpan TimeLeft, EpochMetrics? EpochDone);

/// <summary>What one epoch gave.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Steps">Steps since the beginning.</param>
/// <param name="TrainLoss">Mean loss while learning.</param>
/// <param name="TrainAccuracy">Share of right answers while learning; null for regression.</param>
/// <param name="ValidationLoss">Mean loss on the validation data, if any.</param>
/// <param name="ValidationAccuracy">Share of right answers on the validation data.</param>
/// <param name="TestLoss">Mean loss on the test data, if any.</param>
/// <param name="TestAccuracy">Share of right answers on the test data.</param>
/// <param name="Seconds">Seconds the epoch took, evaluation included.</param>
public sealed record EpochMetrics(
    int Epoch, long Steps, double TrainLoss, double? TrainAccuracy,
    double? ValidationLoss, double? ValidationAccuracy, double? TestLoss, double? TestAccuracy, double Seconds);

/// <summary>How a training ended.</summary>
/// <param name="History">A row for every epoch that was finished.</param>
/// <param name="Steps">Steps since the beginning.</param>
/// <param name="BestEpoch">The epoch whose weights the model has now; 0 when none was finished.</param>
/// <param name="Seconds">Seconds of this run.</param>
/// <param name="SamplesPerSecond">Samples learnt a second.</param>
/// <param name="Cancelled">Whether it was ended from outside.</param>
public sealed record TrainResult(
    IReadOnlyList<EpochMetrics> History, long Steps, int BestEpoch, double Seconds, double SamplesPerSecond, bool Cancelled);
