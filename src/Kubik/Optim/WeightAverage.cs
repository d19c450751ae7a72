// Weights averaged over the steps or epochs of a training are often better than the last ones.

using System.Globalization;
using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>A running average of a model's weights, a ← a + share·(w − a), which begins with the first weights it sees.</summary>
/// <example><code>
/// WeightAverage average = WeightAverage.Exponential(0.999);
/// …  optimizer.Step(loss, net); average.Update(net);
/// average.Swap(net);                     // the network has the averages now; Swap again gives the weights back
/// </code></example>
/// <remarks>Only weights are averaged. The statistics of a batch norm stay those of the running network;
/// after a large change run some batches in training mode to measure them anew.</remarks>
public sealed class WeightAverage
{
    private const string CountKey = "/count";
    private readonly Func<long, double> share;
    private Dictionary<Parameter, Tensor> averages = [];

    private WeightAverage(string notation, Func<long, double> share, int? fromEpoch)
    {
        (this.Notation, this.share, this.FromEpoch) = (notation, share, fromEpoch);
    }

    /// <summary>Exponential: a ← β·a + (1 − β)·w (Polyak and Juditsky 1992; Tarvainen and Valpola 2017). The trainer updates it at every step.</summary>
    public static WeightAverage Exponential(double beta = 0.999)
    {
        if (!(beta is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(beta), beta, $"beta must be at least 0 and below 1; it is {beta}.");
        return new(string.Create(CultureInfo.InvariantCulture, $"ema {beta}"), _ => 1 - beta, null);
    }

    /// <summary>The mean of all weights seen: stochastic weight averaging (Izmailov et al. 2018, arXiv:1803.05407).
    /// The trainer updates it at the end of every epoch from the given one on, counted from 1.</summary>
    public static WeightAverage Equal(int fromEpoch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromEpoch, 1);
        return new($"swa {fromEpoch}", n => 1.0 / (n + 1), fromEpoch);
    }

    /// <summary>The average in words, for files.</summary>
    public string Notation { get; }

    /// <summary>How many times it was updated.</summary>
    public long Count { get; private set; }

    /// <summary>The epoch whose end is the first that the trainer updates it at; null: it does at every step.</summary>
    internal int? FromEpoch { get; }

    /// <summary>Takes the model's weights into the average.</summary>
    public void Update(Module model)
    {
        double part = this.Count == 0 ? 1 : this.share(this.Count);
        Dictionary<Parameter, Tensor> next = [];
        foreach (Parameter weight in WeightsOf(model).Select(w => w.Weight))
        {
            Tensor w = weight.Value.Detach();
            next[weight] = this.Average(weight) is { } a ? a + part * (w - a) : w;
        }
        (this.averages, this.Count) = (next, this.Count + 1);
    }

    /// <summary>Gives the model the averages and keeps its weights in their place; called again it puts everything back.
    /// Before the first update nothing happens.</summary>
    public void Swap(Module model)
    {
        foreach (Parameter weight in WeightsOf(model).Select(w => w.Weight))
        {
            if (this.Average(weight) is not { } a) continue;
            this.averages[weight] = weight.Value.Detach();
            weight.Assign(a);
        }
    }

    /// <summary>Gives the model the averages. Before the first update nothing happens.</summary>
    public void Apply(Module model)
    {
        foreach (Parameter weight in WeightsOf(model).Select(w => w.Weight))
        {
            if (this.Average(weight) is { } a) weight.Assign(a);
        }
    }

    /// <summary>The averages by the parameters' paths, and the count, for a checkpoint.</summary>
    public Dictionary<string, Tensor> State(Module model)
    {
        Dictionary<string, Tensor> state = new() { [CountKey] = Tensor.Scalar(this.Count, DType.Float64) };
        foreach ((string path, Parameter weight) in WeightsOf(model))
        {
            if (this.Average(weight) is { } a) state[path] = a;
        }
        return state;
    }

    /// <summary>Goes on from what <see cref="State"/> gave. Nothing changes when it does not fit.</summary>
    /// <exception cref="ShapeException">It belongs to another network.</exception>
    public void Restore(Module model, IReadOnlyDictionary<string, Tensor> state)
    {
        if (!state.TryGetValue(CountKey, out Tensor? count)) throw new ShapeException("The checkpoint has no averages of weights; it belongs to another run.");
        Dictionary<string, Parameter> byPath = WeightsOf(model).ToDictionary(w => w.Path, w => w.Weight);
        Dictionary<Parameter, Tensor> restored = [];
        foreach ((string path, Tensor value) in state)
        {
            if (path == CountKey) continue;
            if (!byPath.TryGetValue(path, out Parameter? weight) || weight.Spec != value.Spec)
                throw new ShapeException(
                    $"The checkpoint has an average '{path}' that is {value.Spec}, but the network has "
                    + $"{(weight is null ? "no such parameter" : weight.Spec)}; it belongs to another network.");
            restored[weight] = value;
        }
        (this.averages, this.Count) = (restored, (long)count.Item());
    }

    private Tensor? Average(Parameter weight) => this.averages.GetValueOrDefault(weight)?.Cast(weight.Spec.DType);

    private static IEnumerable<(string Path, Parameter Weight)> WeightsOf(Module model) =>
        model.Parameters().Where(p => p.Parameter.Role == ParameterRole.Weight);
}
