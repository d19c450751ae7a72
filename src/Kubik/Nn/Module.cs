// A network or a part of one: a plain class whose fields are parameters and other modules, or arrays, lists and
// dictionaries of them. Nothing is registered: the fields are looked at when somebody asks. An object that is reached
// twice is one object, so sharing a layer ties its weights.

using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;

namespace Kubik.Nn;

/// <summary>A function of tensors with parameters.</summary>
/// <example><code>
/// sealed class Net : Module
/// {
///     private readonly Linear hidden = new(300), output = new(10);
///
///     protected override Tensor Compute(Tensor x) => output.Forward(hidden.Forward(x).Relu());
/// }
///
/// Net net = new();
/// Tensor y = net.Forward(Tensor.Zeros([64, 784]));              // (64, 10); the sizes of the weights are known now
/// foreach ((string path, Parameter p) in net.Parameters()) …    // hidden.weight, hidden.bias, output.weight, output.bias
/// </code></example>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.AllFields)]
public abstract class Module : INetwork
{
    [ThreadStatic] private static Module? current;
    [ThreadStatic] private static bool evaluates; // this thread computes as in evaluation, whatever the modules are set to
    private bool training = true;
    private object? taken; // the shape of the first input that fitted; boxed, so that it is written at once

    /// <summary>Is told of every module that begins to compute on this thread and with what, while it is set; what it gives back is told the output.</summary>
    [ThreadStatic] internal static Func<Module, Tensor, Action<Tensor>?>? Observer;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> FieldsOf = new();

    /// <summary>Whether the module behaves as in training (dropout drops, batch norm measures). True until <see cref="Eval"/>.</summary>
    public bool Training => this.training && !evaluates;

    /// <summary>What the module is set to, also while a thread evaluates it.</summary>
    internal bool IsSetToTraining => this.training;

    /// <summary>The shape of the input that it was built for or computed first, the batch included; null before.</summary>
    internal Shape? BuiltFor => (Shape?)this.taken;

    /// <summary>The module in the one-line notation that the command line and model files use, if it has one; else its class name.</summary>
    public virtual string Notation => this.GetType().Name;

    /// <summary>Computes the output. A shape error inside names the layer by its path and shows what still fitted.</summary>
    /// <exception cref="ShapeException">The input does not fit; <see cref="ShapeException.Path"/> says where.</exception>
    public Tensor Forward(Tensor x) => this.Within(x, () =>
    {
        Action<Tensor>? end = Observer?.Invoke(this, x);
        Tensor y = this.Compute(x);
        end?.Invoke(y);
        return y;
    });

    /// <summary>Computes something under an observer.</summary>
    internal static T Observed<T>(Func<Module, Tensor, Action<Tensor>?> observer, Func<T> compute)
    {
        Func<Module, Tensor, Action<Tensor>?>? outer = Observer;
        Observer = observer;
        try
        {
            return compute();
        }
        finally
        {
            Observer = outer;
        }
    }

    /// <summary>Computes in this module's name, as <see cref="Forward"/> does: for methods that take or give more than one tensor.</summary>
    /// <param name="x">The main input, for the message.</param>
    /// <param name="compute">What to compute.</param>
    /// <exception cref="ShapeException">The inputs do not fit; <see cref="ShapeException.Path"/> says where.</exception>
    protected T Within<T>(Tensor x, Func<T> compute)
    {
        Module? outer = current;
        current = this;
        if (outer is null) Parameter.Binder?.Enter(this);
        try
        {
            T result = compute();
            if (outer is null) this.taken ??= x.Shape;
            return result;
        }
        catch (ShapeException e) when (e.Path is null)
        {
            e.Site ??= this;
            if (outer is not null) throw;
            Module site = (Module)e.Site;
            Dictionary<object, string> paths = new(ReferenceEqualityComparer.Instance);
            foreach ((string path, Module module) in this.Modules()) paths.Add(module, path);
            string PathOf(object module) => paths.GetValueOrDefault(module, "");
            throw e.At(PathOf(site), site.Notation, [.. e.Chain.Select(step => $"{PathOf(step.Module)} {step.Text}").Prepend($"input {x.Shape}")]);
        }
        finally
        {
            current = outer;
        }
    }

    string? INetwork.Place
    {
        get
        {
            if (current is not { } site) return null;
            string? path = this.Modules().Where(m => m.Module == site).Select(m => m.Path).FirstOrDefault();
            return path is null ? null : path.Length == 0 ? $"'{site.Notation}'" : $"layer {path} ({site.Notation})";
        }
    }

    /// <summary>What the module computes. Call <see cref="Forward"/> on the modules inside.</summary>
    protected abstract Tensor Compute(Tensor x);

    /// <summary>Makes all parameters for inputs of a shape (the batch axis included) without computing anything.</summary>
    /// <returns>The shape of the output.</returns>
    /// <exception cref="ShapeException">The input does not fit.</exception>
    public Shape Build(Shape input, DType dtype = DType.Float32) =>
        Graphs.Graph.Trace(x => this.Forward(x[0]), new TensorSpec(dtype, input)).Outputs[0].Shape;

    /// <summary>All parameters with their paths, in the order of the fields; a shared one once, under its first path.</summary>
    public IEnumerable<(string Path, Parameter Parameter)> Parameters()
    {
        foreach ((string path, object item) in this.Walk())
        {
            if (item is Parameter parameter) yield return (path, parameter);
        }
    }

    /// <summary>This module (path "") and all modules inside with their paths.</summary>
    public IEnumerable<(string Path, Module Module)> Modules()
    {
        foreach ((string path, object item) in this.Walk())
        {
            if (item is Module module) yield return (path, module);
        }
    }

    /// <summary>Sets this module and all inside to training behaviour.</summary>
    public void Train() => this.SetTraining(true);

    /// <summary>Sets this module and all inside to evaluation behaviour.</summary>
    public void Eval() => this.SetTraining(false);

    /// <summary>Converts all parameters to another floating-point type.</summary>
    public void Cast(DType dtype)
    {
        foreach ((_, Parameter parameter) in this.Parameters()) parameter.Cast(dtype);
    }

    /// <summary>The values of the parameters by path, without the states of random sources.</summary>
    public Dictionary<string, Tensor> Values() =>
        this.Parameters().Where(p => p.Parameter.Role != ParameterRole.State).ToDictionary(p => p.Path, p => p.Parameter.Value.Detach());

    /// <summary>Assigns the parameters by path. Values that are stored in 16 bits become the parameter's type.</summary>
    /// <exception cref="ShapeException">A parameter is missing, has another shape, or a value belongs to no parameter; nothing is assigned then.</exception>
    public void Assign(IReadOnlyDictionary<string, Tensor> values)
    {
        List<(string Path, Parameter Parameter)> all = [.. this.Parameters().Where(p => p.Parameter.Role != ParameterRole.State || values.ContainsKey(p.Path))];
        foreach ((string path, Parameter parameter) in all)
        {
            if (!values.TryGetValue(path, out Tensor? value))
                throw new ShapeException($"There is no value for the parameter '{path}'; there are {string.Join(", ", values.Keys)}.");
            if (parameter.HasSpec && parameter.Spec != Widened(value, parameter).Spec)
                throw new ShapeException($"The parameter '{path}' is {parameter.Spec}, but its new value is {value.Spec}.");
        }
        if (values.Keys.Except(all.Select(p => p.Path)).FirstOrDefault() is { } stranger)
            throw new ShapeException($"The network has no parameter '{stranger}'; it has {string.Join(", ", all.Select(p => p.Path))}.");
        foreach ((string path, Parameter parameter) in all) parameter.Assign(Widened(values[path], parameter));
    }

    private static Tensor Widened(Tensor value, Parameter parameter) =>
        value.DType is DType.Float16 or DType.BFloat16 ? value.Cast(parameter.HasSpec ? parameter.Spec.DType : DType.Float32) : value;

    /// <summary>Writes the parameters to a safetensors file, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string file) => IO.Safetensors.Save(file, this.Values());

    /// <summary>Reads the parameters from a safetensors file and sets the module to evaluation.</summary>
    /// <exception cref="IOException">The file cannot be read or is no safetensors file.</exception>
    /// <exception cref="ShapeException">Its tensors are not this module's parameters.</exception>
    public void Load(string file)
    {
        try
        {
            this.Assign(IO.Safetensors.Load(file).Tensors);
        }
        catch (ShapeException e)
        {
            throw new ShapeException($"{file} holds the weights of another network. {e.Message}");
        }
        this.Eval();
    }

    /// <summary>The notation.</summary>
    public sealed override string ToString() => this.Notation;

    /// <summary>What is inside, by name: by default the fields.</summary>
    protected virtual IEnumerable<(string Name, object? Value)> Members() =>
        this.Fields().Select(f => (NameOf(f), f.GetValue(this)));

    /// <summary>Computes as in evaluation on this thread; what the modules are set to stays, so that other threads notice nothing.</summary>
    internal static T InEvaluation<T>(Func<T> compute)
    {
        bool before = evaluates;
        evaluates = true;
        try
        {
            return compute();
        }
        finally
        {
            evaluates = before;
        }
    }

    /// <summary>Computes something that may change running statistics and random states, and puts them back.</summary>
    internal T LeavingNoTrace<T>(Func<T> compute)
    {
        (Parameter Parameter, Tensor Value)[] before =
            [.. this.Parameters().Where(p => p.Parameter.Role != ParameterRole.Weight && p.Parameter.HasSpec).Select(p => (p.Parameter, p.Parameter.Value))];
        try
        {
            return compute();
        }
        finally
        {
            foreach ((Parameter parameter, Tensor value) in before) parameter.Assign(value);
        }
    }

    private void SetTraining(bool training)
    {
        foreach ((_, Module module) in this.Modules()) module.training = training;
    }

    // Depth first in the order of members, by a stack: networks may be nested deeply.
    private IEnumerable<(string Path, object Item)> Walk()
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(string Path, object Item)> open = new([("", this)]);
        while (open.TryPop(out (string Path, object Item) top))
        {
            if (!seen.Add(top.Item)) continue;
            yield return top;
            foreach ((string name, object item) in Enumerable.Reverse(Inside(top.Item)))
                open.Push((Below(top.Path, name), item));
        }
    }

    /// <summary>The path of something by its name in something else; what has no name stands in its holder's place.</summary>
    internal static string Below(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : $"{path}.{name}";

    private static List<(string Name, object Item)> Inside(object item)
    {
        List<(string, object)> inside = [];
        if (item is Module module)
        {
            foreach ((string name, object? value) in module.Members())
            {
                if (value is Module or Parameter or IDictionary or IList) inside.Add((name, value));
                else if (value is RandomStream random) inside.Add((name, random.State));
            }
        }
        else if (item is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                if (entry.Value is Module or Parameter) inside.Add((entry.Key.ToString() ?? "", entry.Value));
            }
        }
        else if (item is IList list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                if (list[i] is Module or Parameter or IList or IDictionary) inside.Add((i.ToString(CultureInfo.InvariantCulture), list[i]!));
            }
        }
        return inside;
    }

    /// <summary>The fields of a module, those of its base classes first.</summary>
    internal IReadOnlyList<FieldInfo> Fields() => FieldsOf.GetOrAdd(this.GetType(), _ => FieldsOfThis(this.GetType()));

    private static FieldInfo[] FieldsOfThis([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.AllFields)] Type type)
    {
        // GetFields leaves out the private fields of base classes: go up for them, and put the bases' fields first.
        List<FieldInfo> fields = [];
        for (Type? t = type; t is not null && t != typeof(Module); t = t.BaseType)
            fields.InsertRange(0, t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
        return [.. fields];
    }

    // "_hidden", "Hidden" and the field behind a property Hidden or a captured constructor parameter are all "hidden".
    internal static string NameOf(FieldInfo field)
    {
        string name = field.Name;
        if (name[0] == '<') name = name[1..name.IndexOf('>', StringComparison.Ordinal)];
        name = name.TrimStart('_');
        return name.Length == 0 ? field.Name : char.ToLowerInvariant(name[0]) + name[1..];
    }
}
