namespace Kubik.Training;

/// <summary>How a training runs.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the data.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Samples in a step. More than there are: all of them, which is gradient descent proper.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Whether steps are compiled (<see cref="Compiled"/>): the same results in less time. A model that looks at values while it computes cannot be;
    /// set this to false for it. L-BFGS is never compiled: its line search decides by the losses how many there are.</summary>
    public bool Compile { get; init; } = true;

    /// <summary>Decides the order of the samples. (The first weights come from <see cref="RandomSource.Default"/>.)</summary>
    public long Seed { get; init; }

    /// <summary>What is done to each batch before it is learnt, in this order:
    /// <see cref="Data.MixUp"/>, <see cref="Data.CutOut"/>. Other data is left as it is.</summary>
    public IReadOnlyList<Data.BatchTransform> Transforms { get; init; } = [];

    /// <summary>Data that is looked at after each epoch and never learnt from; the best weights are those with the least loss on it.</summary>
    public Data.Dataset? Validation { get; init; }

    /// <summary>Data that is only reported on after each epoch.</summary>
    public Data.Dataset? Test { get; init; }

    /// <summary>Stops after so many epochs without a smaller validation loss. Null: never.</summary>
    public int? Patience { get; init; }

    /// <summary>How much smaller than the least so far a validation loss must be to count as smaller for <see cref="Patience"/>.</summary>
    public double MinImprovement { get; init; }

    /// <summary>Whether the model ends with the weights of its best epoch; else with the last.
    /// Without validation data they are the last unless the training is cancelled.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>What is added to the loss at every step; the losses that are reported are without it. Null: nothing.</summary>
    public Optim.Penalty? Penalty { get; init; }

    /// <summary>An average of the weights, which is what is evaluated after each epoch and what the model has at the end. Null: none.</summary>
    public Optim.WeightAverage? Average { get; init; }

    /// <summary>Where the state is saved after every epoch, every half minute and at a cancellation. Null: nowhere.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>What else is written into the checkpoint, for whoever resumes.</summary>
    public IReadOnlyDictionary<string, string> CheckpointNotes { get; init; } = new Dictionary<string, string>();

    /// <summary>Go on from the checkpoint file instead of from the beginning.</summary>
    public bool Resume { get; init; }

    /// <summary>Refuses options that contradict each other.</summary>
    /// <exception cref="ArgumentException">A number makes no sense.</exception>
    internal void Validate()
    {
        if (this.Epochs < 1) throw new ArgumentException($"The number of epochs must be 1 or more, not {this.Epochs}.");
        if (this.BatchSize < 1) throw new ArgumentException($"The batch size must be 1 or more, not {this.BatchSize}.");
        if (this.Patience is < 1) throw new ArgumentException($"The patience must be 1 epoch or more, not {this.Patience}.");
        if (!(this.MinImprovement >= 0 && double.IsFinite(this.MinImprovement)))
            throw new ArgumentException($"The least improvement must be 0 or more, not {this.MinImprovement}.");
        if (this.Patience is not null && this.Validation is null) throw new ArgumentException("Patience needs validation data to watch; give Validation.");
        if (this.Resume && this.CheckpointFile is null) throw new ArgumentException("Resume needs the CheckpointFile to go on from.");
    }
}
