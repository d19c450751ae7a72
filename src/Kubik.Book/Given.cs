// What a task is about: named numbers, vectors, matrices and words. The source's own are one such set; others are drawn from a
// seed. They are what is printed as "parameters", and all that a solution may take from outside the engine.

using System.Text;
using System.Text.Json;

namespace Kubik.Book;

/// <summary>The parameters of a task.</summary>
/// <example><code>Given g = new(("x", 2), ("w", new double[] { 1, -2 }), ("f", "relu"));   // g.Number("x") is 2</code></example>
public sealed class Given
{
    private readonly (string Name, object Value)[] values;

    /// <summary>Parameters by name: numbers, arrays of numbers of one or two axes, words.</summary>
    /// <exception cref="ArgumentException">A value is of another kind, or a name is there twice.</exception>
    public Given(params (string Name, object Value)[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        this.values = [.. values.Select(v => (v.Name, AsKnown(v.Name, v.Value)))];
        if (values.GroupBy(v => v.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"The parameter {twice.Key} is given twice.", nameof(values));
    }

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. this.values.Select(v => v.Name)];

    /// <summary>A number.</summary>
    public double Number(string name) => this.Of<double>(name, "a number");

    /// <summary>A whole number.</summary>
    public int Count(string name) => checked((int)this.Number(name));

    /// <summary>A word.</summary>
    public string Text(string name) => this.Of<string>(name, "a word");

    /// <summary>A vector (n).</summary>
    public double[] Vector(string name) => this.Of<double[]>(name, "a vector");

    /// <summary>A matrix (rows, columns).</summary>
    public double[,] Matrix(string name) => this.Of<double[,]>(name, "a matrix");

    /// <summary>Any of them but a word, as a tensor in double precision.</summary>
    public Tensor Tensor(string name) => this.Of<object>(name, "a number, a vector or a matrix") switch
    {
        double x => Kubik.Tensor.Scalar(x, DType.Float64),
        double[] v => Kubik.Tensor.From(v, [v.Length]),
        double[,] m => Kubik.Tensor.From(m),
        _ => throw new ArgumentException($"The parameter {name} is a word, not a number.", nameof(name)),
    };

    /// <summary>The same with some values replaced.</summary>
    /// <exception cref="ArgumentException">There is no such parameter, or it is of another kind.</exception>
    public Given With(params (string Name, object Value)[] changed)
    {
        Dictionary<string, object> known = changed.ToDictionary(c => c.Name, c => AsKnown(c.Name, c.Value), StringComparer.Ordinal);
        foreach ((string name, object value) in known)
        {
            object old = this.Of<object>(name, "a parameter");
            if (old.GetType() != value.GetType()) throw new ArgumentException($"The parameter {name} is {Kind(old)}, not {Kind(value)}.", nameof(changed));
        }
        return new([.. this.values.Select(v => (v.Name, known.GetValueOrDefault(v.Name, v.Value)))]);
    }

    /// <summary>All of them as JSON, the same for the same values.</summary>
    internal string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream)) this.Write(json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach ((string name, object value) in this.values)
        {
            json.WritePropertyName(name);
            if (value is string word) json.WriteStringValue(word);
            else JsonNumbers.Write(json, this.Tensor(name));
        }
        json.WriteEndObject();
    }

    private static object AsKnown(string name, object value) => value switch
    {
        int n => (double)n,
        double or double[] or double[,] or string => value,
        int[] counts => Array.ConvertAll(counts, n => (double)n),
        _ => throw new ArgumentException($"The parameter {name} is {value?.GetType().Name ?? "null"}; parameters are numbers, arrays of numbers of one or two axes, and words.", nameof(value)),
    };

    private static string Kind(object value) => value switch { double => "a number", double[] => "a vector", double[,] => "a matrix", _ => "a word" };

    private T Of<T>(string name, string kind)
    {
        foreach ((string known, object value) in this.values)
        {
            if (known == name) return value is T t ? t : throw new ArgumentException($"The parameter {name} is {Kind(value)}, not {kind}.", nameof(name));
        }
        throw new ArgumentException($"There is no parameter {name}; there are {string.Join(", ", this.Names)}.", nameof(name));
    }
}
