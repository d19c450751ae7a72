// Samples as they are typed: 1,2 is one sample of two numbers; 1,2; 3,4 one of two rows; 1x2x2: 1,2,3,4 one of that shape; a shape
// alone stands for random numbers.

using System.Globalization;
using System.Text.RegularExpressions;
using Kubik.Glass.Checks;
using Kubik.Glass.Explaining;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

internal static partial class Samples
{
    private const double Near = 1e-3; // of probabilities that are rounded
    private const double LastDigit = 1e-6; // of seven

    /// <summary>The input, as a batch of one sample, and whether it was drawn.</summary>
    /// <param name="text">What was typed; null: nothing.</param>
    /// <param name="net">The network.</param>
    /// <param name="sample">The shape of a sample where it is known.</param>
    /// <param name="check">Refuses numbers that do not fit.</param>
    public static (Tensor X, bool IsDrawn) Input(string? text, Module net, Shape? sample, Action<Tensor>? check = null)
    {
        if (text is null)
        {
            return sample is { } usual
                ? (Random(net, usual), true)
                : throw new MistakeException(
                    "the sample is missing: add --input 1,2 with the numbers that go in, or --input 1x28x28 or --input \"random 10\" for random ones.");
        }
        if (Shaped().Match(text) is { Success: true } shaped)
            return Shape.Parse(shaped.Groups["shape"].Value) is var own && Row(shaped.Groups["numbers"].Value.Replace(';', ','), "--input") is var all
                && all.Length == own.Size
            ? (Looked(Tensor.From<float>(all, [1, .. own.Sizes]), net, text), false)
            : throw new MistakeException($"a sample of {own.ToX()} has {own.Size} numbers; '{text}' has {all.Length}.");
        if (ShapeText().IsMatch(text)) return (Random(net, Shape.Parse(text.Replace("random", "", StringComparison.Ordinal).Trim())), true);
        Tensor numbers = Numbers(text, "--input");
        if (sample is { } known && known.Size == numbers.Count) numbers = numbers.Reshape([1, .. known.Sizes]);
        check?.Invoke(numbers);
        return (Looked(numbers, net, text), false);
    }

    // What is looked up in a table has to be in it.
    private static Tensor Looked(Tensor numbers, Module net, string text)
    {
        int? rows;
        try
        {
            rows = TrialBatch.VocabularyOf(net, numbers.Shape[1..]);
        }
        catch (ShapeException problem)
        {
            string hint = numbers.Rank == 2 && !text.Contains(':', StringComparison.Ordinal) ? Otherwise(net, numbers, text) : "";
            throw new MistakeException(Misfit.Explain(problem, batch: 1, hint: hint), problem);
        }
        if (rows is not { } words) return numbers;
        return numbers.ToDoubles().All(v => v == Math.Floor(v) && v >= 0 && v < words)
            ? numbers
            : throw new MistakeException(
                $"the network looks its input up in a table of {words} rows, so --input takes whole numbers from 0 to {words - 1}, not '{text}'.");
    }

    // What may have been meant by a row of numbers that does not fit.
    private static string Otherwise(Module net, Tensor numbers, string text)
    {
        int n = numbers.Shape[1];
        string one = n == 1 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 1
            ? $" {count} is one number; for {count} random ones write --input \"random {count}\"."
            : "";
        if (!Fits(net, [1, n])) return one;
        return $"{one} {(n == 1 ? "A number in another shape is" : "These numbers in another shape are")} written --input \"1x{n}: {text}\".";
    }

    private static bool Fits(Module net, Shape sample)
    {
        try
        {
            TrialBatch.VocabularyOf(net, sample);
            return true;
        }
        catch (ShapeException)
        {
            return false;
        }
    }

    /// <summary>Numbers in rows: (1, n) for one row, (1, rows, n) for several.</summary>
    public static Tensor Numbers(string text, string option)
    {
        string[] rows = text.Trim().Trim('[', ']', '(', ')', ';').Split(';', StringSplitOptions.TrimEntries);
        float[][] numbers = [.. rows.Select(row => Row(row, option))];
        if (numbers.Length == 0 || numbers.Any(r => r.Length != numbers[0].Length))
            throw new MistakeException($"{option} takes numbers such as 1,2 or rows as long as each other such as 1,2; 3,4, not '{text}'.");
        Tensor all = Tensor.From<float>([.. numbers.SelectMany(r => r)], [rows.Length, numbers[0].Length]);
        return rows.Length == 1 ? all : all.Unsqueeze(0);
    }

    /// <summary>Whether samples with targets are typed, and not the name of data.</summary>
    public static bool ArePairs(string text) => PairsText().IsMatch(text) || text.Contains(':', StringComparison.Ordinal) && !Path.Exists(text);

    /// <summary>Samples with targets: 1 2:3, 4 5:6.</summary>
    /// <param name="text">The samples.</param>
    /// <param name="classOf">The number of the class of a name; null for numbers.</param>
    public static (Tensor X, Tensor? T) Pairs(string text, Func<string, int?>? classOf = null)
    {
        List<(float[] X, float[] T)> pairs = [];
        foreach (string pair in text.Trim().TrimEnd(',', ';').Split([',', ';'], StringSplitOptions.TrimEntries))
        {
            if (pair.Split(':') is not [var x, var t])
                throw new MistakeException($"'{pair}' in --data is no sample with its target; write numbers, a colon and the target: 0 1:1, 1 1:0.");
            pairs.Add((Row(x, "--data"), classOf?.Invoke(t) is { } label ? [label] : Row(t, "--data")));
        }
        if (pairs.Count == 0 || pairs.Any(p => p.X.Length != pairs[0].X.Length || p.T.Length != pairs[0].T.Length))
            throw new MistakeException($"all samples in --data must have as many numbers, and all targets: '{text}'.");
        return (Tensor.From<float>([.. pairs.SelectMany(p => p.X)], [pairs.Count, pairs[0].X.Length]),
            Tensor.From<float>([.. pairs.SelectMany(p => p.T)], [pairs.Count, pairs[0].T.Length]));
    }

    /// <summary>The target as the loss wants it: numbers shaped like the output, or whole numbers that are classes, with the loss that takes them.</summary>
    /// <param name="t">What was given.</param>
    /// <param name="output">What the network gives, batch first.</param>
    /// <param name="loss">The loss that was asked for; null: cross-entropy for classes, else what is usual.</param>
    /// <param name="readsWords">Whether the network looks its input up in a table. Such a one gives classes at every place, along the last axis.</param>
    public static (Tensor? Target, Loss? Loss) Target(Tensor? t, Shape output, Loss? loss, bool readsWords)
    {
        if (t is null) return (null, loss);
        double ignored = (loss as ClassLoss)?.Ignore ?? 0;
        bool mayBeSequence = loss is null or ClassLoss, areLabels = t.ToDoubles().All(v => v == Math.Floor(v) && (v >= 0 || v == ignored));
        void RequireClasses(int classes)
        {
            if (t.ToDoubles().FirstOrDefault(v => v >= classes && v != ignored, -1) is >= 0 and var stranger)
                throw new MistakeException($"there is no class {stranger}: the network gives {classes} of them, 0 to {classes - 1}.");
        }
        if (mayBeSequence && (readsWords || loss is not null) && areLabels && SequenceLoss.Fits(t.Count, output, readsWords))
        {
            RequireClasses(output[^1]);
            return (t.Reshape(output[..^1]).Cast(DType.Int64), new SequenceLoss((ClassLoss)(loss ?? new CrossEntropy())));
        }
        TensorSpec given = new(DType.Float32, output);
        if (loss is not null && !(mayBeSequence && output.Rank == 3) && TrialBatch.Problem(loss, given) is { } problem)
            throw new MistakeException(Misfit.Explain(problem, batch: output[0]), problem);
        Shape? numbers = TrialBatch.NumbersFor(loss ?? new MeanSquaredError(), given);
        bool hasClasses = output.Rank >= 2 && (output[1] > 1 || numbers is null),
            takesLabels = hasClasses && (loss is null ? output.Rank == 2 : TrialBatch.TakesLabels(loss, given));
        if (takesLabels && areLabels && t.Count == output.Without(1).Size)
        {
            // A number that is no class was meant as one of several numbers, where the loss takes such.
            if (mayBeSequence || numbers is null) RequireClasses(output[1]);
            if (t.ToDoubles().All(v => v < output[1] || v == ignored)) return (t.Reshape(output.Without(1)).Cast(DType.Int64), loss ?? new CrossEntropy());
        }
        if (numbers is { } shape && t.Count == shape.Size)
        {
            if (loss is CrossEntropy && (t.ToDoubles().Any(v => v < 0) || t.Reshape(shape).Sum(1).ToDoubles().Any(s => Math.Abs(s - 1) > Near)))
                throw new MistakeException(
                    $"for cross-entropy {shape.Size} numbers are the probabilities of the classes, 0 or more and 1 together; "
                    + $"give such, or the number of the right class, 0 to {output[1] - 1}.");
            return (t.DType.IsFloat ? t.Reshape(shape) : t.Reshape(shape).Cast(DType.Float32), loss);
        }
        if (numbers is { } other && other != output)
        {
            string takes = 2 * other.Size == output.Size ? "takes two outputs for each number of the target" : $"takes targets {other} for such outputs";
            throw new MistakeException($"{loss!.Name} {takes}: the network gives {output} (batch first), "
                + $"so give {other.Size} number{(other.Size == 1 ? "" : "s")}, not {t.Count}.");
        }
        string ways = !hasClasses ? $"give {output.Size}"
            : output.Rank == 2 && !takesLabels
                ? $"give {output.Size}: {loss!.Name} compares every output with a number of its own, and takes no class"
            : output.Rank == 2 && numbers is null ? $"give the number of the right class, 0 to {output[1] - 1}"
            : output.Rank == 2 ? $"give {output.Size}, or the number of the right class, 0 to {output[1] - 1}"
            : readsWords && output.Rank == 3
                ? $"give {output.Size}, or for cross-entropy {output[..^1].Size} whole numbers from 0 to {output[^1] - 1}: the right class at each place"
            : output.Rank == 3 && output[1] != output[2]
                ? $"give {output.Size}, {output[..^1].Size} rows of {output[2]}; or with --loss cross-entropy the right class at each place, "
                    + $"{output[..^1].Size} whole numbers "
                    + $"from 0 to {output[2] - 1} (or {output.Without(1).Size} from 0 to {output[1] - 1} where the classes stand in axis 1)"
            : $"give {output.Size}{(output.Rank == 3 ? $", {output[..^1].Size} rows of {output[2]}" : "")}; "
                + "or with --loss cross-entropy the right class at each place, "
                + $"{output.Without(1).Size} whole numbers from 0 to {output[1] - 1}";
        throw new MistakeException($"the network gives {output} (batch first), but the target has {t.Count} number{(t.Count == 1 ? "" : "s")}; {ways}.");
    }

    /// <summary>How many words the network looks its input up among; null when it takes any numbers.</summary>
    /// <param name="net">The network.</param>
    /// <param name="sample">The shape of a sample.</param>
    /// <exception cref="MistakeException">The sample does not fit the network.</exception>
    public static int? Vocabulary(Module net, Shape sample) => Misfit.Explained(() => TrialBatch.VocabularyOf(net, sample), batch: 1);

    private static Tensor Random(Module net, Shape sample) =>
        Misfit.Explained(() => TrialBatch.InputOf(net, sample, RandomSource.Default.NextStream()), batch: 1);

    private static float[] Row(string row, string option) =>
    [
        .. row.Split(',').SelectMany(part => part.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words
            ? words
            : throw new MistakeException($"a number is missing in '{row.Trim()}' of {option}; write decimal numbers with commas between them, such as 0.5,-1."))
            .Select(n => Float(n) ?? throw new MistakeException(Problem(n) is { } problem
                ? $"'{n}' in {option} is {problem}"
                : $"'{n}' in {option} is no number; write decimal numbers such as 0.5 or -1.")),
    ];

    /// <summary>A number in float32; null when it is none, or none of float32: what comes out as it was written, to seven digits, or is refused.</summary>
    private static float? Float(string word) =>
        Typed(word, out float v) is { } typed && float.IsFinite(v) && Problem(word) is null && double.IsFinite(typed) ? v : null;

    /// <summary>Why float32 cannot hold what was typed as a number; null where it can, and where that is no number.</summary>
    public static string? Problem(string word)
    {
        if (Typed(word, out float v) is not { } typed) return null;
        if (!float.IsFinite(v)) return "too large: numbers are float32, up to 3.4·10³⁸.";
        double kept = double.Parse(v.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture); // as it is shown
        if (Math.Abs(kept - typed) > LastDigit * Math.Abs(typed))
            return "too small: numbers are float32, from 1.2·10⁻³⁸ on; write 0 for it, or scale the numbers.";
        return typed != Math.Floor(typed) || kept == typed ? null
            : string.Create(CultureInfo.InvariantCulture, $"too long: numbers are float32, which would make it {kept:G9}; give seven digits at most.");
    }

    // Infinity is one only where it was written with digits.
    private static double? Typed(string word, out float v)
    {
        string plain = word.Replace('−', '-');
        v = 0;
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double typed)
            && float.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out v)
            && (double.IsFinite(typed) || char.IsAsciiDigit(word[^1])) ? typed : null;
    }

    /// <summary>A target at random that fits: labels where classes are usual, else numbers from 0 to 1.</summary>
    public static Tensor RandomTarget(Shape output, Loss? loss, bool readsWords)
    {
        RandomStream random = RandomSource.Default.NextStream();
        if (readsWords && output.Rank == 3 && loss is null or ClassLoss) return random.Integers(0, output[^1], output[..^1]);
        TensorSpec given = new(DType.Float32, output);
        bool isOfNumbers = TrialBatch.NumbersFor(loss ?? new MeanSquaredError(), given) is not null;
        bool areLabels = !isOfNumbers || output.Rank >= 2 && output[1] > 1 && (loss is ClassLoss || loss is null && output.Rank == 2);
        return areLabels ? random.Integers(0, output[1], output.Without(1)) : TrialBatch.NumbersOf(loss ?? new MeanSquaredError(), given, random);
    }

    [GeneratedRegex(@"^(\d+(x\d+)+|random \d+(x\d+)*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ShapeText();

    [GeneratedRegex(@"^\s*(?<shape>\d+(x\d+)*)\s*:(?<numbers>[^:]*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shaped();

    [GeneratedRegex(@"^[-−+.,;:\seE\d]*:[-−+.,;:\seE\d]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PairsText();
}
