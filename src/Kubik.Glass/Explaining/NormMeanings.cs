// What a normalisation does, in a sentence: over what the mean is taken depends on its axes and on the shape of its input, γ and β are there
// or not, and a batch norm in evaluation takes what it measured in training.

using Kubik.Glass.Traces;
using Kubik.Nn;

namespace Kubik.Glass.Explaining;

internal static class NormMeanings
{
    /// <summary>What a normalisation does at its turn; null for other bricks.</summary>
    public static Remark? Of(BrickCall call) => call.Module is Normalization norm && !call.IsBetween
        ? Of(norm, call.Input.Rank, isMeasuring: call.Own.Any(v => v.Node!.Op is Reduce<Sum> or Mean or Variance))
        : null;

    /// <summary>What a normalisation does with samples that are rows, in training.</summary>
    public static Remark Usual(Normalization norm) => Of(norm, 2, isMeasuring: true);

    private static Remark Of(Normalization norm, int rank, bool isMeasuring)
    {
        (string english, string russian) = norm switch
        {
            LayerNorm layer => Last(layer.Axes, rank),
            RmsNorm rms => Last(rms.Axes, rank),
            GroupNorm { Groups: > 1 } => ("Each group of channels of a sample", "Каждая группа каналов примера"),
            InstanceNorm => ("Each channel of each sample", "Каждый канал каждого примера"),
            _ => ("Each sample", "Каждый пример"),
        };
        bool isAffine = norm.Gamma is not null;
        string then = isAffine ? ", then a scale γ and a shift β that are learnt." : ".",
            after = isAffine ? "; затем применяются обучаемые масштаб γ и сдвиг β." : ".";
        return norm switch
        {
            RmsNorm => new(
                $"{english} is divided by its root mean square{(isAffine ? ", then multiplied by a scale γ that is learnt." : ".")}",
                $"{russian} делится на среднее квадратичное своих элементов{(isAffine ? ", затем умножается на обучаемый масштаб γ." : ".")}"),
            BatchNorm when isMeasuring => new(
                $"Each channel gets mean 0 and variance 1 over the batch{then}",
                $"Каждый канал приводится по всему пакету к среднему 0 и дисперсии 1{after}"),
            BatchNorm => new(
                "From each channel its running mean m is taken off, and what is left is divided by the root of its running variance v; both were measured "
                    + $"in training{(isAffine ? ". Then come a scale γ and a shift β that are learnt." : ".")}",
                $"Из каждого канала вычитается его скользящее среднее m, и разность делится на корень из скользящей дисперсии v; "
                    + $"оба измерены при обучении{(isAffine ? ". Затем применяются обучаемые масштаб γ и сдвиг β." : ".")}"),
            _ => new($"{english} gets mean 0 and variance 1 by itself{then}", $"{russian} отдельно приводится к среднему 0 и дисперсии 1{after}"),
        };
    }

    // What lies along the last axes: a sample, where only the axis of the samples is before them.
    private static (string English, string Russian) Last(int axes, int rank) => (rank - axes) switch
    {
        1 => ("Each sample", "Каждый пример"),
        0 => ("The whole batch", "Весь пакет"),
        _ when axes == 1 => ("Each row of each sample", "Каждая строка каждого примера"),
        _ => ($"Each block along the last {axes} axes", $"Каждый блок по последним {axes} осям"),
    };
}
