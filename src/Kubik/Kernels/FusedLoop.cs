// Several elementwise ops in one walk over memory: a few hundred elements at a time go through all of them, and what is
// between lies on the stack, in L1. All outputs have one shape and lie dense, so an element has one number in all of them.
// An input that lies dense as well is read in place; one that repeats a single number is spread out once for each job;
// any other (a row of biases, a transposed matrix) is gathered run by run.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

/// <summary>One op of a fused loop: registers are the inputs first, then the results in order.</summary>
/// <param name="Kernel">What is computed.</param>
/// <param name="From">The registers that are read.</param>
/// <param name="Output">Where the result goes besides the ops after it; null when only they need it.</param>
/// <param name="Size">The bytes of an element of the result.</param>
internal sealed record FusedOpcode(TileKernel Kernel, int[] From, Tensor? Output, int Size);

/// <summary>A run of elementwise ops over tensors that lie at fixed addresses.</summary>
internal sealed unsafe class FusedLoop
{
    private const int StackBytes = 24 << 10; // of the 32 or 48 KB of L1, for what is between
    private const int MostElements = 512, MostArguments = 4;
    private const int JobWork = 1 << 16; // results of a job; the cut depends on the loop alone

    private readonly FusedOpcode[] code;
    private readonly Operand[] operands;
    private readonly byte*[] outputs; // null for what stays inside
    private readonly int[] slots;     // the place on the stack of each register that needs one, else −1
    private readonly int count, tile, slotBytes, stackBytes, jobElements;

    /// <summary>Prepares a loop. The tensors must not move: they lie in pinned memory.</summary>
    public FusedLoop(Shape shape, Tensor[] inputs, FusedOpcode[] code)
    {
        this.code = code;
        this.count = shape.Size;
        this.operands = [.. inputs.Select(x => new Operand(x, shape))];
        this.outputs = new byte*[code.Length];
        for (int i = 0; i < code.Length; i++)
            this.outputs[i] = code[i].Output is { } y ? y.Address : null;
        this.slots = Slots(this.operands, code, out int used);
        int size = Math.Max(code.Max(c => c.Size), inputs.Length == 0 ? 1 : inputs.Max(x => x.DType.ByteSize));
        this.tile = Math.Clamp(StackBytes / Math.Max(1, used * size) / 64 * 64, 64, MostElements);
        this.slotBytes = this.tile * size;
        this.stackBytes = used * this.slotBytes;
        this.jobElements = Math.Max(this.tile, JobWork / code.Length / this.tile * this.tile);
    }

    /// <summary>The ops in order.</summary>
    public IReadOnlyList<FusedOpcode> Code => this.code;

    /// <summary>Computes all outputs.</summary>
    public void Run()
    {
        if (this.count == 0) return;
        Job job = new() { Loop = this };
        Workers.Run((int)(((long)this.count + this.jobElements - 1) / this.jobElements), ref job);
    }

    // A register's place is free again after the last op that reads it.
    private static int[] Slots(Operand[] operands, FusedOpcode[] code, out int used)
    {
        int registers = operands.Length + code.Length;
        int[] last = new int[registers], places = new int[registers];
        Array.Fill(places, -1);
        for (int i = 0; i < code.Length; i++)
        {
            foreach (int r in code[i].From) last[r] = i;
        }
        Stack<int> free = new();
        used = 0;
        for (int r = 0; r < operands.Length; r++)
        {
            if (!operands[r].IsDense) places[r] = used++; // spread out or gathered before the first op
        }
        for (int i = 0; i < code.Length; i++)
        {
            int own = operands.Length + i;
            if (code[i].Output is null) places[own] = free.TryPop(out int slot) ? slot : used++;
            foreach (int r in code[i].From.Distinct())
            {
                // What is spread out once stays where it is.
                if (last[r] == i && places[r] >= 0 && r >= operands.Length) free.Push(places[r]);
            }
        }
        return places;
    }

    private struct Job : IJob
    {
        public FusedLoop Loop;

        public readonly void Run(int job) => this.Loop.RunJob((long)job * this.Loop.jobElements);
    }

    [SkipLocalsInit]
    private void RunJob(long start)
    {
        byte* stack = stackalloc byte[this.stackBytes + 64];
        stack = (byte*)(((nint)stack + 63) & ~63);
        int inputs = this.operands.Length, end = (int)Math.Min(start + this.jobElements, this.count);
        byte** registers = stackalloc byte*[inputs + this.code.Length];
        byte** arguments = stackalloc byte*[MostArguments];
        int longest = Math.Min(this.tile, end - (int)start);
        for (int r = 0; r < inputs; r++)
        {
            if (this.operands[r].IsDense) continue;
            registers[r] = stack + (long)this.slots[r] * this.slotBytes;
            if (this.operands[r].IsSingle) this.operands[r].Gather(registers[r], 0, longest);
        }
        for (int at = (int)start; at < end; at += this.tile)
        {
            int n = Math.Min(this.tile, end - at);
            for (int r = 0; r < inputs; r++)
            {
                if (this.operands[r].IsDense) registers[r] = this.operands[r].At(at);
                else if (!this.operands[r].IsSingle) this.operands[r].Gather(registers[r], at, n);
            }
            for (int i = 0; i < this.code.Length; i++)
            {
                FusedOpcode op = this.code[i];
                byte* to = this.outputs[i] == null ? stack + (long)this.slots[inputs + i] * this.slotBytes : this.outputs[i] + (long)at * op.Size;
                registers[inputs + i] = to;
                int[] from = op.From;
                for (int k = 0; k < from.Length; k++) arguments[k] = registers[from[k]];
                op.Kernel.Run(arguments, to, n);
            }
        }
    }

    // An input as the loop sees it: axes that lie on one line are one.
    private sealed class Operand
    {
        private readonly byte* start;
        private readonly int size;
        private readonly int[] axes, strides;

        public Operand(Tensor x, Shape shape)
        {
            this.size = x.DType.ByteSize;
            this.start = x.Address;
            List<int> lengths = [], steps = [];
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                int own = axis - shape.Rank + x.Rank, length = shape[axis], stride = own < 0 || x.Shape[own] == 1 ? 0 : x.Layout.Strides[own];
                if (length == 1) continue;
                if (lengths.Count > 0 && steps[^1] == (long)stride * length) (lengths[^1], steps[^1]) = (lengths[^1] * length, stride);
                else
                {
                    lengths.Add(length);
                    steps.Add(stride);
                }
            }
            (this.axes, this.strides) = ([.. lengths], [.. steps]);
            this.IsSingle = steps.TrueForAll(s => s == 0);
            this.IsDense = steps.Count == 1 && steps[0] == 1 || shape.Size == 1;
        }

        /// <summary>Whether element number i lies i elements from the start.</summary>
        public bool IsDense { get; }

        /// <summary>Whether there is one element for all places.</summary>
        public bool IsSingle { get; }

        public byte* At(int element) => this.start + (long)element * this.size;

        /// <summary>Writes the elements from a number on, so many, side by side.</summary>
        public void Gather(byte* to, int from, int n)
        {
            int last = this.axes.Length - 1, inner = last < 0 ? 1 : this.axes[last], step = last < 0 ? 0 : this.strides[last];
            while (n > 0)
            {
                int row = from / inner, column = from - row * inner, run = Math.Min(inner - column, n);
                long offset = (long)column * step;
                for (int axis = last - 1; axis >= 0; axis--)
                {
                    int next = row / this.axes[axis];
                    offset += (long)(row - next * this.axes[axis]) * this.strides[axis];
                    row = next;
                }
                if (this.IsSingle) run = n;
                Elementwise.Gather(to, this.start + offset * this.size, step, this.size, run);
                to += (long)run * this.size;
                from += run;
                n -= run;
            }
        }
    }
}
