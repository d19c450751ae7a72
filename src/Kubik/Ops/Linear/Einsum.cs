namespace Kubik.Ops
{
    /// <summary>Einstein's sum: every axis has a letter; what is not in the output is summed over.
    /// "ij,jk->ik" is a matrix product, "ii" a trace, "bhqd,bhkd->bhqk" the scores of attention.</summary>
    /// <remarks>
    /// <para>As NumPy's: a letter twice in one input takes the diagonal; without "->" the output has, in the order of the alphabet, the letters that come
    /// once; "..." stands for any further axes, which broadcast. A letter has one size everywhere: sizes of 1 do not broadcast, as they do in PyTorch.</para>
    /// <para>Made of diagonals, sums, permutations, matrix products and, where nothing is summed, products; inputs are taken from left to right.</para>
    /// </remarks>
    /// <param name="Equation">The letters of the inputs' axes, separated by commas, and those of the output behind "->".</param>
    public sealed record Einsum(string Equation) : CompositeOp
    {
        /// <inheritdoc/>
        public override string Name => "Einsum";

        /// <inheritdoc/>
        public override Notation Notation =>
            new($"einsum(\"{this.Equation}\", {{*}})", $@"\operatorname{{einsum}}_{{\text{{{this.Equation}}}}}\left({{*}}\right)");

        /// <inheritdoc/>
        public override string? Onnx => "Einsum";

        /// <inheritdoc/>
        public override Tensor Decompose(ReadOnlySpan<Tensor> x)
        {
            TensorSpec[] specs = new TensorSpec[x.Length];
            for (int i = 0; i < x.Length; i++) specs[i] = x[i].Spec;
            EinsumAxes axes = EinsumAxes.Read(this, this.Equation, specs);
            Term result = Prepare(x[0], axes, 0);
            for (int i = 1; i < x.Length; i++)
                result = Join(result, Prepare(x[i], axes, i), axes.NeededAfter(i));
            return result.Tensor.Permute([.. axes.Output.Select(label => result.Labels.IndexOf(label))]).BroadcastTo(axes.OutputShape);
        }

        // Diagonals of letters that come twice, then sums over those that nothing else has.
        private static Term Prepare(Tensor x, EinsumAxes axes, int input)
        {
            List<int> labels = [.. axes.Inputs[input]];
            for (int i = 0; i < labels.Count; i++)
            {
                int again = labels.LastIndexOf(labels[i]);
                if (again == i) continue;
                x = x.Diagonal(0, i, again);
                int label = labels[i];
                labels.RemoveAt(again);
                labels.RemoveAt(i--);
                labels.Add(label);
            }
            int[] alone = [.. Enumerable.Range(0, labels.Count).Where(i => !axes.IsNeededBeside(input, labels[i]))];
            if (alone.Length == 0) return new(x, labels);
            return new(x.Sum(alone, keepDims: false), [.. labels.Where((_, i) => !alone.Contains(i))]);
        }

        private static Term Join(Term a, Term b, HashSet<int> needed)
        {
            int[] both = [.. a.Labels.Where(b.Labels.Contains)], batch = [.. both.Where(needed.Contains)], summed = [.. both.Except(batch)];
            int[] left = [.. a.Labels.Except(both)], right = [.. b.Labels.Except(both)];
            Tensor p = a.Along([.. batch, .. left, .. summed]), q = b.Along([.. batch, .. summed, .. right]);
            List<int> labels = [.. batch, .. left, .. right];
            int n = batch.Length;
            if (summed.Length == 0)
            {
                p = p.Reshape([.. p.Shape, .. Enumerable.Repeat(1, right.Length)]);
                q = q.Reshape([.. q.Shape.Sizes[..n], .. Enumerable.Repeat(1, left.Length), .. q.Shape.Sizes[n..]]);
                return new(p * q, labels);
            }
            Shape.TryBroadcast(p.Shape[..n], q.Shape[..n], out Shape batches);
            Shape rows = p.Shape[n..(n + left.Length)], columns = q.Shape[(n + summed.Length)..];
            int inner = p.Shape[(n + left.Length)..].Size;
            p = p.BroadcastTo([.. batches, .. p.Shape.Sizes[n..]]).Reshape([batches.Size, rows.Size, inner]);
            q = q.BroadcastTo([.. batches, .. q.Shape.Sizes[n..]]).Reshape([batches.Size, inner, columns.Size]);
            return new(p.MatMul(q).Reshape([.. batches, .. rows, .. columns]), labels);
        }

        /// <inheritdoc/>
        protected internal override void Check(ReadOnlySpan<TensorSpec> x) => EinsumAxes.Read(this, this.Equation, x.ToArray());

        // A tensor and what its axes are called.
        private readonly record struct Term(Tensor Tensor, List<int> Labels)
        {
            public Tensor Along(int[] order)
            {
                List<int> labels = this.Labels;
                return this.Tensor.Permute([.. order.Select(label => labels.IndexOf(label))]);
            }
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>Einstein's sum: every axis has a letter; what is not behind "->" is summed over.</summary>
        /// <param name="equation">The letters of the inputs' axes, separated by commas, and those of the output behind "->".</param>
        /// <param name="inputs">The tensors, of one type.</param>
        /// <example><code>Tensor.Einsum("ij,jk->ik", a, b)            // a.MatMul(b)
        /// Tensor.Einsum("bhqd,bhkd->bhqk", q, k)      // scores of attention
        /// Tensor.Einsum("...ii->...i", m)             // diagonals</code></example>
        /// <exception cref="ShapeException">The equation cannot be read, or does not fit the inputs: the message names the letter and its sizes.</exception>
        public static Tensor Einsum(string equation, params ReadOnlySpan<Tensor> inputs) => new Einsum(equation).Apply(inputs);
    }
}
