// The tape. A computed tensor keeps the op and the inputs it came from, when an input is tracked; a symbolic tensor
// always does. Following the nodes back from a result gives the graph: there is no other recording.

namespace Kubik.Ops
{
    /// <summary>How a tensor was made.</summary>
    /// <param name="Op">The op.</param>
    /// <param name="Inputs">What it was applied to.</param>
    public sealed record Node(Op Op, Tensor[] Inputs)
    {
        [ThreadStatic] private static long made;

        /// <summary>How many nodes this thread has made: the next one's ordinal is greater.</summary>
        internal static long Made => made;

        /// <summary>Says which of two nodes was made first: a plan keeps to the order of the code.</summary>
        internal long Ordinal { get; init; } = ++made;
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        private bool isLeaf;

        /// <summary>The op and inputs this tensor came from; null for data, for leaves and for what depends on no tracked tensor.</summary>
        public Node? Node { get; internal set; }

        /// <summary>Whether gradients can be taken with respect to this tensor or through it.</summary>
        public bool IsTracked => this.isLeaf || this.Node is not null || this.IsSymbolic;

        /// <summary>What the field calls this value, such as the gate i of an LSTM: for who reads a trace; null without a name.</summary>
        internal string? Label { get; private set; }

        /// <summary>Names a symbol; values are not named.</summary>
        internal Tensor Called(string label)
        {
            if (this.IsSymbolic) this.Label = label;
            return this;
        }

        /// <summary>Names what a state begins with like the state that a definition makes of it.</summary>
        internal void Begins(Tensor state)
        {
            if (!this.IsSymbolic && state.IsSymbolic) this.Label = state.Label;
        }

        /// <summary>The value that this one is but for numbers that are kept out, such as a logarithm's 0: for who reads a trace;
        /// null when it is no such limit.</summary>
        internal Tensor? StandsFor { get; private set; }

        /// <summary>Says of a symbol that it is another one, but for numbers that are kept out.</summary>
        internal Tensor StandingFor(Tensor x)
        {
            if (this.IsSymbolic && x.Spec == this.Spec) this.StandsFor = x;
            return this;
        }

        internal string MadeBy => this.Node is { } node ? $" by {node.Op.Name}" : "";

        /// <summary>The same values as a variable: what is computed from it is recorded,
        /// so that <see cref="Autograd.Gradient.Of(Tensor, Tensor)"/> works.</summary>
        /// <example><code>
        /// Tensor x = Tensor.Scalar(3).Track();
        /// Console.WriteLine((float)Gradient.Of(x * x, x));   // 6
        /// </code></example>
        public Tensor Track()
        {
            Tensor x = this.View(this.Shape, this.Layout);
            x.isLeaf = true;
            return x;
        }

        /// <summary>The same values cut off from how they were computed: a constant for gradients.</summary>
        /// <remarks>In a trace the cut is recorded as an op without a derivative.</remarks>
        public Tensor Detach() =>
            this.IsSymbolic ? new Detach().Apply(this) :
            this.IsTracked ? this.View(this.Shape, this.Layout) : this;

        internal static Tensor Symbol(TensorSpec spec, Node? node) => new(spec, storage: null, default) { Node = node };
    }
}
