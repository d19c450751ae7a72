// The doors of the glass box: what it says of a network, as methods of the network. A model says what it is in numbers (Summary), as
// equations (ToFormula), as a picture (ToSvg; ToPicture says how much is drawn too) and at work (Explain), and whether its gradients
// are right (CheckGradients).

using Kubik.Autograd;
using Kubik.Glass.Checks;
using Kubik.Glass.Counts;
using Kubik.Glass.Explaining;
using Kubik.Glass.Networks;
using Kubik.Glass.Pictures;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass;

/// <summary>Looks into networks.</summary>
public static class GlassBox
{
    /// <summary>The network layer by layer: parameters and their formula, multiply–adds, memory, receptive fields. Nothing is computed.</summary>
    /// <param name="model">The network. Layers that waited for their input size know it afterwards.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <param name="batch">For how many samples the memory is counted.</param>
    /// <param name="dtype">The element type of samples.</param>
    /// <example><code>Console.WriteLine(model.Summary([1, 28, 28]));</code></example>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty.</exception>
    public static NetSummary Summary(this Module model, Shape sample, int batch = 1, DType dtype = DType.Float32) => NetSummary.Of(model, sample, batch, dtype);

    /// <summary>The same for a model that was built, loaded or has computed: of samples of the shape that it had first.</summary>
    /// <param name="model">The network.</param>
    /// <exception cref="InvalidOperationException">It has not seen an input yet.</exception>
    public static NetSummary Summary(this Module model) => model.Summary(SampleOf(model, nameof(Summary)));

    /// <summary>The network's equations, as it predicts, with a name for the value of each brick.</summary>
    /// <param name="model">The network. Layers that waited for their input size know it afterwards.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <example><code>
    /// Console.WriteLine(Sequential.Parse("linear 8 | relu | linear 1").ToFormula([2]));
    /// // h₁ = relu(x·W₁ + b₁)
    /// // y = h₁·W₂ + b₂
    /// </code></example>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    public static NetFormula ToFormula(this Module model, Shape sample) => NetFormula.Of(model, sample);

    /// <inheritdoc cref="Summary(Module)"/>
    public static NetFormula ToFormula(this Module model) => model.ToFormula(SampleOf(model, nameof(ToFormula)));

    /// <summary>A network's picture as SVG: neurons with their weights when it is small, else bricks; or a computation graph.</summary>
    /// <param name="model">The network. Layers that waited for their input size know it afterwards; nothing is computed.</param>
    /// <param name="sample">The shape of one sample, without the batch.</param>
    /// <param name="kind">What to show.</param>
    /// <param name="dtype">The element type of samples.</param>
    /// <exception cref="ShapeException">The input does not fit a layer.</exception>
    /// <example><code>
    /// File.WriteAllText("lenet.svg", KnownNets.Parse("lenet", 10).ToSvg([1, 28, 28]));
    /// File.WriteAllText("graph.svg", Sequential.Parse("linear 3 | tanh | linear 1").ToSvg([2], PictureKind.Backward));
    /// </code></example>
    public static string ToSvg(this Module model, Shape sample, PictureKind kind = PictureKind.Network, DType dtype = DType.Float32) =>
        model.ToPicture(sample, kind, dtype).Svg;

    /// <inheritdoc cref="Summary(Module)"/>
    public static string ToSvg(this Module model) => model.ToSvg(SampleOf(model, nameof(ToSvg)));

    /// <summary>The same picture with what was drawn: neurons, bricks or a graph, how many nodes and links.</summary>
    /// <inheritdoc cref="ToSvg(Module, Shape, PictureKind, DType)" path="/param"/>
    /// <inheritdoc cref="ToSvg(Module, Shape, PictureKind, DType)" path="/exception"/>
    /// <example><code>Console.WriteLine(Sequential.Parse("linear 8 | relu | linear 1").ToPicture([4]).Kind);   // neurons</code></example>
    public static NetPicture ToPicture(this Module model, Shape sample, PictureKind kind = PictureKind.Network, DType dtype = DType.Float32) =>
        NetPicture.Draw(model, sample, kind, dtype);

    /// <summary>The worked solution of a step: forward pass, and with a target the loss, the chain rule back through all bricks,
    /// and the optimiser's update.</summary>
    /// <param name="model">The network; it is left as it was.</param>
    /// <param name="x">The input, batch axis first.</param>
    /// <param name="target">The target: numbers shaped like the output, or whole numbers that are labels (batch, …) of classes,
    /// for which the loss is cross-entropy unless the options name one; null: the forward pass alone.</param>
    /// <param name="options">Loss, optimiser, steps; what is shown.</param>
    /// <example><code>
    /// Sequential model = Sequential.Parse("linear 2 | relu | linear 1");
    /// Console.WriteLine(model.Explain(Tensor.Of(1f, 2f).Reshape(1, 2), Tensor.Of(0f).Reshape(1, 1)).ToText());
    /// </code></example>
    /// <exception cref="ShapeException">Input or target do not fit.</exception>
    /// <exception cref="ArgumentException">The optimiser is no rule for one step, or there is none to explain without a target.</exception>
    public static Explanation Explain(this Module model, Tensor x, Tensor? target = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        return LookedUp(model, () => options?.Format?.Encode(x) ?? x, () => Explanation.Of(model, x, target, options ?? new()));
    }

    /// <summary>The worked solution of a step of a model as it is saved: samples are prepared as for a prediction,
    /// the loss is the one it was trained with, outputs have their names.</summary>
    /// <param name="model">The model; it is left as it was.</param>
    /// <param name="samples">Samples in the units of the data, batch axis first, as <see cref="Data.DataFormat.Raw(IO.Image)"/> gives them.</param>
    /// <param name="target">The target in the units of the data, or the labels of classes; null: the forward pass alone.</param>
    /// <param name="options">What is shown; its format and its loss, where it has them, in the place of the model's.</param>
    /// <example><code>
    /// SavedModel model = SavedModel.Load("runs/…/model.safetensors");
    /// Console.WriteLine(model.Explain(model.Format.Raw(Png.Load("seven.png"))).ToText());
    /// </code></example>
    /// <exception cref="ShapeException">Samples or target do not fit.</exception>
    /// <exception cref="ArgumentException">The optimiser is no rule for one step, or there is none to explain without a target.</exception>
    public static Explanation Explain(this SavedModel model, Tensor samples, Tensor? target = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        return model.Net.Explain(samples, target, options with { Format = options.Format ?? model.Format, Loss = options.Loss ?? model.Loss });
    }

    private static Shape SampleOf(Module model, string method)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.BuiltFor is { Rank: > 0 } input
            ? input[1..]
            : throw new InvalidOperationException("The model was neither built nor has it computed anything, so the shape of its input is not known; "
                + $"give that of a sample, as in model.{method}([1, 28, 28]).");
    }

    /// <summary>Compares the gradient of every parameter with difference quotients, in double precision; the network is not changed.</summary>
    /// <remarks>The network computes as it is set: in training with dropout, whose draw is the same at every step,
    /// and with the statistics of the batch.</remarks>
    /// <param name="model">The network.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="x">A batch.</param>
    /// <param name="target">Its targets.</param>
    /// <param name="elements">How many elements of a parameter are looked at, at most.</param>
    /// <param name="seed">Decides which.</param>
    /// <example><code>
    /// GradientReport report = model.CheckGradients(new CrossEntropy(), x, labels);
    /// Console.WriteLine(report);   // a line for each parameter, and the worst element
    /// </code></example>
    /// <exception cref="ShapeException">Network, loss and batch do not fit.</exception>
    public static GradientReport CheckGradients(this Module model, Loss loss, Tensor x, Tensor target, int elements = 20, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        return new(LookedUp<ParameterCheck[]>(model, () => x, () =>
            [.. GradientCheck.Of(model, v => loss.Of(model.Forward(v[0]), v[1]), [x, target], new RandomStream(seed, stream: 2), elements)]));
    }

    // A graph that runs knows only that an index is outside; layer by layer it is seen which table cannot take what it is given.
    private static T LookedUp<T>(Module model, Func<Tensor> input, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (ArgumentOutOfRangeException)
        {
            _ = Module.InEvaluation(() => model.LeavingNoTrace(() => model.Forward(input())));
            throw;
        }
    }
}
