// A trained network in one file: the weights as safetensors, and in the metadata all that is needed to use them —
// the notation, what goes in, what comes out, the constants that inputs are normalised by, the loss.

using System.Reflection;
using Kubik.Data;
using Kubik.IO;
using Kubik.Nn;
using Kubik.Training;

namespace Kubik.Models;

/// <summary>A network with what its inputs and outputs mean.</summary>
/// <example><code>
/// SavedModel model = SavedModel.Load("runs/…/model.safetensors");
/// Tensor p = model.Predict(model.Format.Encode(Png.Load("seven.png")));   // (1, 10): probabilities
/// Console.WriteLine(model.Format.Outputs[(int)p.ArgMax()]);
/// </code></example>
public sealed class SavedModel
{
    private const string NotationKey = "kubik.net", FormatKey = "kubik.data", LossKey = "kubik.loss", VersionKey = "kubik.version";

    private CompiledModel? compiled;

    /// <summary>A network with the format of its data and the loss it was trained with.</summary>
    public SavedModel(Sequential net, DataFormat format, Loss loss) => (this.Net, this.Format, this.Loss) = (net, format, loss);

    /// <summary>The network.</summary>
    public Sequential Net { get; }

    /// <summary>What goes in and what comes out.</summary>
    public DataFormat Format { get; }

    /// <summary>The loss it was trained with; it decides what the outputs are read as.</summary>
    public Loss Loss { get; }

    /// <summary>The version of Kubik, as files and reports name it.</summary>
    public static string Version { get; } =
        typeof(SavedModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Writes the network to a file, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The network cannot be read back from its notation:
    /// it holds a function, a module of one's own, or a layer in two places; or its loss is one of one's own, or its weights are float64.</exception>
    public void Save(string file)
    {
        if (NetNotation.Problem(this.Net) is { } problem)
            throw new InvalidOperationException(
                $"The network cannot be saved as a model: {problem} Save its weights alone with net.Save(file), "
                + "and load them into a network made by the same code.");
        if (this.Net.Parameters()
            .FirstOrDefault(p => p.Parameter is { Role: not ParameterRole.State, HasSpec: true } && p.Parameter.Spec.DType == DType.Float64).Path is { } wide)
            throw new InvalidOperationException(
                $"The network cannot be saved as a model: '{wide}' is float64, but the samples of a model are float32. "
                + "Convert the network with net.Cast(DType.Float32) first.");
        if (!this.IsLossReadable())
            throw new InvalidOperationException(
                $"The network cannot be saved as a model: its loss '{this.Loss}' is none of Kubik's and could not be read back. "
                + "Save its weights alone with net.Save(file), or give a loss that the table knows; it decides what outputs mean.");
        Safetensors.Save(file, this.Net.Values(), new Dictionary<string, string>
        {
            [NotationKey] = this.Net.Notation,
            [FormatKey] = this.Format.ToJson(),
            [LossKey] = this.Loss.Notation,
            [VersionKey] = Version,
        });
    }

    private bool IsLossReadable()
    {
        try
        {
            return Loss.Parse(this.Loss.Notation).GetType() == this.Loss.GetType();
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads a network from a file and sets it to evaluation.</summary>
    /// <exception cref="IOException">The file cannot be read, is damaged, or holds no network of Kubik.</exception>
    public static SavedModel Load(string file)
    {
        SafetensorsFile saved = Safetensors.Load(file);
        if (!saved.Metadata.TryGetValue(NotationKey, out string? notation) || !saved.Metadata.TryGetValue(FormatKey, out string? format)
            || !saved.Metadata.TryGetValue(LossKey, out string? loss))
            throw new DataFileException(file, "it holds tensors, but not which network they belong to. Give a model.safetensors that Kubik's train wrote.");
        try
        {
            SavedModel model = new(Sequential.Parse(notation), DataFormat.Parse(format), Loss.Parse(loss));
            model.Net.Eval();
            model.Net.Build([1, .. model.Format.InputShape]);
            model.Net.Assign(saved.Tensors);
            return model;
        }
        catch (Exception e) when (e is FormatException or ShapeException)
        {
            throw new DataFileException(file, $"the model in it cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Probabilities of the classes, or numbers in the units of the data,
    /// for samples that are encoded (<see cref="DataFormat.Encode(Tensor)"/>).</summary>
    /// <exception cref="ShapeException">The samples do not fit.</exception>
    /// <remarks>By compiled code (<see cref="CompiledModel"/>), in evaluation, with the bits of <see cref="Net"/>'s own outputs;
    /// any number of threads may ask at once.</remarks>
    public Tensor Predict(Tensor encoded) =>
        this.Read(LazyInitializer.EnsureInitialized(ref this.compiled, () => Compiled.Predict(this.Net, new PredictOptions { Fold = false })).Run(encoded));

    /// <summary>What raw outputs of the network mean: probabilities as the loss means them (<see cref="Loss.Probabilities"/>),
    /// or numbers in the units of the data. Numbers that were learnt by a loss of probabilities,
    /// such as several yes or no with bce, are probabilities too.</summary>
    public Tensor Read(Tensor outputs)
    {
        Tensor meant = this.Loss.Probabilities(outputs);
        return this.Format.Kind == TargetKind.Numbers ? this.Format.TargetNormalization?.Undo(meant) ?? meant : meant;
    }
}
