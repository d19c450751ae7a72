// Sequences whose labels have no places: the network says a label or "blank" at every time step, and all ways to say the
// same word are added up. The sum runs over the word with blanks between its letters, one time step after the other, for
// all samples and places at once, in logarithms; a way that does not exist has the logarithm Never, which is finite so
// that gradients are.

namespace Kubik.Nn;

/// <summary>Connectionist temporal classification: −ln of the probability that a sequence of outputs, with repeats merged and blanks removed,
/// reads the labels (Graves et al. 2006). One loss for each sequence; PyTorch's "mean" divides each by its number of labels first, this one does not.</summary>
/// <example><code>
/// Tensor logs = net.Forward(sound).LogSoftmax(-1);                        // (B, T, K), K with the blank
/// Tensor loss = new Ctc().Of(logs, words, inputLengths: steps, labelLengths: letters);
/// </code></example>
public sealed class Ctc : Criterion
{
    private const double Never = -1e30;
    private readonly int blank;
    private readonly bool zeroInfinity;

    /// <summary>With the class that stands for "nothing".</summary>
    /// <param name="blank">The number of the blank among the K classes.</param>
    /// <param name="zeroInfinity">Whether labels that do not fit into their sequence, and have the loss +∞, count 0 instead.
    /// Their gradient is 0 in both cases.</param>
    /// <exception cref="ArgumentOutOfRangeException">The blank is below 0.</exception>
    public Ctc(int blank = 0, bool zeroInfinity = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blank);
        (this.blank, this.zeroInfinity) = (blank, zeroInfinity);
    }

    /// <inheritdoc/>
    public override string Name => "ctc";

    /// <inheritdoc/>
    public override string Formula => "−ln Σ Πₜ p(πₜ) over all paths π that read the labels";

    /// <inheritdoc/>
    public override string Notation => WithOptions(this.Name, ("blank", this.blank, 0), ("zeroInfinity", this.zeroInfinity, false));

    /// <summary>The loss of sequences.</summary>
    /// <param name="logProbabilities">(B, T, K): ln p of each class at each step, such as a log-softmax over the last axis gives.</param>
    /// <param name="labels">(B, S) whole numbers: the labels, filled up with anything to the longest.</param>
    /// <param name="inputLengths">(B) whole numbers from 1 to T: how many steps each sequence has.</param>
    /// <param name="labelLengths">(B) whole numbers from 0 to S: how many labels it has.</param>
    /// <param name="weights">One for each sequence; null: 1.</param>
    /// <exception cref="ShapeException">The shapes or types do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is outside its range, or a label is none of the classes.</exception>
    public Tensor Of(Tensor logProbabilities, Tensor labels, Tensor inputLengths, Tensor labelLengths, Tensor? weights = null)
    {
        this.Check(logProbabilities, labels, inputLengths, labelLengths);
        (labels, inputLengths, labelLengths) = (labels.Cast(DType.Int64), inputLengths.Cast(DType.Int64), labelLengths.Cast(DType.Int64));
        return this.Reduce(this.Each(logProbabilities, this.Word(labels, labelLengths), inputLengths, labelLengths), weights);
    }

    // The labels with a blank before, between and after: (B, 2S + 1). What fills up becomes blank too.
    private Tensor Word(Tensor labels, Tensor lengths)
    {
        int batch = labels.Shape[0], count = labels.Shape[1];
        Tensor nothing = Tensor.Scalar(this.blank, DType.Int64), place = Tensor.Range(0, count, dtype: DType.Int64).Reshape(1, count);
        labels = Tensor.Where(place < lengths.Unsqueeze(1), labels, nothing); // (B, S)
        Tensor pairs = Tensor.Stack(2, nothing.BroadcastTo([batch, count]), labels).Reshape(batch, 2 * count);
        return Tensor.Concat(1, pairs, nothing.BroadcastTo([batch, 1]));
    }

    private Tensor Each(Tensor logs, Tensor word, Tensor inputLengths, Tensor labelLengths)
    {
        int batch = logs.Shape[0], steps = logs.Shape[1], places = word.Shape[1];
        Tensor never = Tensor.Scalar(Never, logs.DType), zero = Tensor.Scalar(0, logs.DType);
        Tensor said = this.Said(logs, word).Maximum(never); // (B, T, places): ln p of each place's letter at each step
        // Over the blank between two letters one may leap when they differ; from blank to blank and between equal ones never.
        Tensor leap = places < 3 ? never : Tensor.Where(word[.., 2..].NotEqual(word[.., ..^2]), zero, never); // (B, places − 2)
        Tensor first = Tensor.Range(0, places, dtype: DType.Int64).Reshape(1, places) < 2;
        Tensor at = Tensor.Where(first, said[.., 0], never); // (B, places): ln of the sum over all ways to be there
        for (int t = 1; t < steps; t++)
        {
            Tensor next = LogSum(at, Later(at, 1, never), places < 3 ? null : Later(at[.., ..^2] + leap, places, batch, never)) + said[.., t];
            at = Tensor.Where((inputLengths > t).Unsqueeze(1), next, at); // a sequence that has ended waits
        }
        Tensor end = (labelLengths * 2).Unsqueeze(1); // (B, 1): the last blank; the last letter stands before it
        Tensor letter = Tensor.Where(end > 0, at.Gather((end - 1).Maximum(0), axis: 1), never);
        Tensor score = LogSum(at.Gather(end, axis: 1), letter, null).Squeeze(1); // (B)
        Tensor impossible = Tensor.Scalar(this.zeroInfinity ? 0 : double.PositiveInfinity, logs.DType);
        return Tensor.Where(score > Never / 10, -score, impossible);
    }

    private Tensor Said(Tensor logs, Tensor word)
    {
        try
        {
            return logs.Gather(word.Unsqueeze(1).BroadcastTo([logs.Shape[0], logs.Shape[1], word.Shape[1]]), axis: 2);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new ArgumentOutOfRangeException(
                $"{this.Name}: a label is none of the network's {logs.Shape[2]} outputs: {e.Message.Split(" (Parameter '")[0]}", e);
        }
    }

    // Moved on by some places: what falls in from the left was never there.
    private static Tensor Later(Tensor at, int by, Tensor never) => at.Shape[1] <= by
        ? never.BroadcastTo(at.Shape)
        : Later(new Slice(1, 0, at.Shape[1] - by, 1).Apply(at), at.Shape[1], at.Shape[0], never);

    private static Tensor Later(Tensor part, int places, int batch, Tensor never) =>
        Tensor.Concat(1, never.BroadcastTo([batch, places - part.Shape[1]]), part);

    // ln(eᵃ + eᵇ + eᶜ), from the largest of them, so that nothing overflows.
    private static Tensor LogSum(Tensor a, Tensor b, Tensor? c)
    {
        Tensor most = (c is null ? a.Maximum(b) : a.Maximum(b).Maximum(c)).Detach();
        Tensor sum = (a - most).Exp() + (b - most).Exp();
        return most + (c is null ? sum : sum + (c - most).Exp()).Log();
    }

    private void Check(Tensor logs, Tensor labels, Tensor inputLengths, Tensor labelLengths)
    {
        this.RequireFloat("the logarithms of probabilities", logs);
        Shape batch = logs.Rank == 0 ? [] : logs.Shape[..1];
        if (logs.Rank != 3 || labels.Rank != 2 || labels.Shape[0] != logs.Shape[0] || inputLengths.Shape != batch || labelLengths.Shape != batch)
        {
            throw this.Error("it takes logarithms (batch, steps, classes), labels (batch, most labels) and lengths (batch,) of both; "
                + $"got {logs.Spec}, {labels.Spec}, {inputLengths.Spec} and {labelLengths.Spec}.");
        }
        if (!IsWhole(labels) || !IsWhole(inputLengths) || !IsWhole(labelLengths))
            throw this.Error($"labels and lengths must be int32 or int64; got {labels.Spec}, {inputLengths.Spec} and {labelLengths.Spec}.");
        if (logs.Shape[1] == 0) throw this.Error($"there are no steps in {logs.Spec}.");
        if (this.blank >= logs.Shape[2]) throw this.Error($"the blank {this.blank} is none of the {logs.Shape[2]} classes of {logs.Spec}.");
        Within(inputLengths, 1, logs.Shape[1], "an input length");
        Within(labelLengths, 0, labels.Shape[1], "a label length");
        if (labels.IsSymbolic || labelLengths.IsSymbolic) return;
        long[] letters = labels.Cast(DType.Int64).ToArray<long>(), counts = labelLengths.Cast(DType.Int64).ToArray<long>();
        for (int i = 0; i < letters.Length; i++)
        {
            if (letters[i] == this.blank && i % labels.Shape[1] < counts[i / labels.Shape[1]])
                throw new ArgumentOutOfRangeException(
                    $"{this.Name}: label {i % labels.Shape[1]} of sequence {i / labels.Shape[1]} is {this.blank}, which stands for the blank.",
                    (Exception?)null);
        }

        static bool IsWhole(Tensor x) => x.DType is DType.Int32 or DType.Int64;

        void Within(Tensor lengths, long least, long most, string what)
        {
            if (lengths.IsSymbolic) return; // a trace knows no values
            foreach (long length in lengths.Cast(DType.Int64).ToArray<long>())
            {
                if (length < least || length > most)
                    throw new ArgumentOutOfRangeException($"{this.Name}: {what} is {length}, outside {least} to {most}: {logs.Spec}, {labels.Spec}.",
                        (Exception?)null);
            }
        }
    }
}
