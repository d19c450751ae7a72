using Kubik.Cli.Train;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>A network as verbs take it: a name, a notation, a model file or the folder of a run.</summary>
internal static class NetArgument
{
    /// <summary>The network, and the shape of its samples where that is known.</summary>
    public static (Module Net, Shape? Sample) Find(string name)
    {
        if (IsModel(name))
        {
            SavedModel model = SavedModel.Load(RunFolder.ModelAt(name));
            return (model.Net, model.Format.InputShape);
        }
        KnownNet? known = KnownNets.All.FirstOrDefault(n => n.Name == name.Trim());
        return (KnownNets.Parse(name, (known ?? KnownNets.All[0]).Outputs), known?.Sample);
    }

    /// <summary>Whether a file is meant.</summary>
    public static bool IsModel(string name) => Directory.Exists(name) || File.Exists(name) || name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || name.AsSpan().IndexOfAny('/', '\\') >= 0;
}
