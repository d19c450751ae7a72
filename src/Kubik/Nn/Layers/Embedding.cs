namespace Kubik.Nn;

/// <summary>Row i of a table for each index i: whole numbers (…) → (…, size). The table is W (vocabulary, size), standard normal at first.</summary>
/// <remarks>Data sets hold floating-point numbers, so these are taken too when they are whole.</remarks>
/// <example><code>
/// Embedding tokens = new(1000, 64);
/// Tensor y = tokens.Forward(Tensor.Of(3, 999, 3));   // (3, 64); the first and the last row are equal
/// </code></example>
public sealed class Embedding : Module
{
    private readonly int vocabulary, size;
    private readonly int? padding;

    /// <summary>A table of rows.</summary>
    /// <param name="vocabulary">How many rows: indices are 0 to vocabulary − 1.</param>
    /// <param name="size">Elements of a row.</param>
    /// <param name="padding">An index whose row is 0 at first and never learns.</param>
    /// <param name="name">What a <see cref="TiedLinear"/> calls the table in the notation.</param>
    /// <param name="initializer">How W begins; standard normal when not given.</param>
    public Embedding(int vocabulary, int size, int? padding = null, string? name = null, Initializer? initializer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (padding is { } row && (uint)row >= (uint)vocabulary)
            throw new ArgumentOutOfRangeException(nameof(padding), row, $"embedding: the padding index must be 0 to {vocabulary - 1}.");
        if (name is not null && (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
            throw new ArgumentException($"embedding: '{name}' is no name; use letters, digits, - and _.", nameof(name));
        (this.vocabulary, this.size, this.padding, this.Name) = (vocabulary, size, padding, name);
        RandomStream random = RandomSource.Default.NextStream();
        this.Weight = new Parameter(spec =>
        {
            Tensor table = (initializer ?? Initializers.Normal(1))(spec, random);
            return padding is { } zero
                ? table * Tensor.Range(0, vocabulary, dtype: DType.Int64).NotEqual(Tensor.Scalar(zero, DType.Int64)).Cast(spec.DType).Unsqueeze(1) : table;
        })
        {
            OutputAxis = 0,
        };
    }

    /// <summary>W (vocabulary, size).</summary>
    public Parameter Weight { get; }

    /// <summary>What a <see cref="TiedLinear"/> calls the table in the notation; null when it has no name.</summary>
    public string? Name { get; }

    /// <inheritdoc/>
    public override string Notation =>
        $"embedding {this.vocabulary} {this.size}{(this.padding is { } row ? $" padding={row}" : "")}{(this.Name is null ? "" : $" name={this.Name}")}";

    internal static BrickSyntax Syntax { get; } = new("embedding", "embedding VOCABULARY SIZE [padding=INDEX] [name=NAME]", a =>
    {
        int rows = a.Number("VOCABULARY"), columns = a.Number("SIZE");
        int? zero = a.Word("padding") is null ? null : a.Integer("padding");
        string? name = a.Word("name");
        return a.Name(name, new Embedding(rows, columns, zero, name));
    });

    /// <summary>W, with its spec known.</summary>
    internal Tensor Table(DType dtype)
    {
        this.Weight.Define(new(dtype == DType.Float64 ? DType.Float64 : DType.Float32, [this.vocabulary, this.size]));
        return this.Weight;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        if (x.DType == DType.Bool) throw new ShapeException($"the input must hold indices, not {x.Spec}.");
        if (!x.IsSymbolic) this.Check(x);
        Tensor index = x.Cast(DType.Int64);
        // refused when it runs, as a broken index is here
        if (x.IsSymbolic && x.DType.IsFloat) index = Tensor.Where(x.Equal(x.Floor()), index, Tensor.Scalar(-1, DType.Int64)).StandingFor(index);
        Tensor table = this.Table(x.DType);
        Tensor y = table.Take(index); // (…, size)
        return this.padding is { } row ? Tensor.Where(index.Unsqueeze(-1).Equal(Tensor.Scalar(row, DType.Int64)), y.Detach(), y) : y;
    }

    private void Check(Tensor x)
    {
        foreach (double index in x.ToDoubles())
        {
            if (index >= 0 && index < this.vocabulary && index == Math.Floor(index)) continue;
            string rule = $"a table of {this.vocabulary} row{(this.vocabulary == 1 ? "" : "s")} takes whole numbers from 0 to {this.vocabulary - 1}";
            throw new ShapeException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{rule}; got {index:G6}."));
        }
    }
}

/// <summary>y = x·Wᵀ with the table W of an embedding: (…, size) → (…, vocabulary).
/// Both learn the same weights (Press and Wolf 2017, arXiv:1608.05859).</summary>
/// <example><code>
/// Embedding tokens = new(1000, 64, name: "tokens");
/// Sequential net = new(tokens, new LearnedPositions(32), new TransformerBlock(4, 256, causal: true), new TiedLinear(tokens));
/// Sequential same = Sequential.Parse("embedding 1000 64 name=tokens | positions 32 | transformer 4 256 causal=true | tiedlinear tokens");
/// </code></example>
public sealed class TiedLinear : Module
{
    private readonly Embedding embedding;

    /// <summary>A layer with the weights of an embedding.</summary>
    public TiedLinear(Embedding embedding)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        this.embedding = embedding;
    }

    /// <summary>The layer and the embedding's name; it can be read back when the embedding has one.</summary>
    public override string Notation => $"tiedlinear {this.embedding.Name ?? "(an embedding without a name)"}";

    internal static BrickSyntax Syntax { get; } = new("tiedlinear", "tiedlinear NAME", a => new TiedLinear(a.Named<Embedding>(a.Word("NAME")!)));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        Tensor w = this.embedding.Table(x.DType);
        if (x.Rank < 1 || x.Shape[^1] != w.Shape[1])
            throw new ShapeException($"the embedding's table is {w.Shape}, so the last axis of the input must be {w.Shape[1]}; got {x.Shape}.");
        return x.Rank == 1 ? x.Unsqueeze(0).MatMul(w.T).Squeeze(0) : x.MatMul(w.T);
    }
}
