// Several elementwise ops in one walk over memory: a few hundred elements at a time go through all of them, and what is
// between lies on the stack, in L1. All outputs have one shape and lie dense, so an element has one number in all of them;
// how inputs are brought to that is FusedOperand's. The same code may run over several sets of tensors, the parts of the
// loop: one pass over all weights of a network. As an epilogue a loop goes over the part of a kernel's output that is final.

using System.Runtime.CompilerServices;

namespace Kubik.Kernels;

/// <summary>One op of a fused loop: registers are the inputs first, then the results in order.</summary>
/// <param name="Kernel">What is computed.</param>
/// <param name="From">The registers that are read.</param>
/// <param name="Size">The bytes of an element of the result.</param>
internal readonly record struct FusedOpcode(TileKernel Kernel, int[] From, int Size);

/// <summary>Tensors that a fused loop runs over; they lie in pinned memory, so they do not move.</summary>
/// <param name="Shape">The shape of all outputs; the inputs broadcast to it.</param>
/// <param name="Inputs">The inputs, each with whether its values never change.</param>
/// <param name="Outputs">For each op where its result goes besides the ops after it; null when only they need it.</param>
internal sealed record FusedPart(Shape Shape, (Tensor Place, bool IsConstant)[] Inputs, Tensor?[] Outputs);

/// <summary>A run of elementwise ops over tensors that lie at fixed addresses.</summary>
internal sealed unsafe class FusedLoop : Epilogue
{
    private const int StackBytes = 24 << 10; // of the 32 or 48 KB of L1, for what is between
    private const int MostElements = 512;
    private const int SmallElements = 256; // parts up to here run by a table of addresses
    private const int NarrowColumns = 128; // rows that are shorter are brought together
    private const int JobWork = 1 << 16;   // results of a job; the cut depends on the loop alone

    private readonly Instruction[] program;
    private readonly FusedPart[] tensors; // keeps their memory alive
    private readonly Part[] parts;
    private readonly Piece[] pieces;
    private readonly int[] jobs;  // the first piece of each job, and the end
    private readonly int[] slots; // the place on the stack of each register that needs one, else −1
    private readonly int inputs, size, tile, slotBytes, stackBytes, narrowElements; // size: the bytes of the widest element
    private readonly FusedSpreads spreads;

    /// <summary>Prepares a loop of the same code over one or several sets of tensors.</summary>
    public FusedLoop(FusedOpcode[] code, params FusedPart[] parts)
    {
        this.tensors = [.. parts.Where(p => p.Shape.Size > 0)];
        this.inputs = parts[0].Inputs.Length;
        this.program = [.. code.Select(c => new Instruction(c))];
        int longest = this.tensors.Length == 0 ? 0 : this.tensors.Max(p => p.Shape.Size);
        this.size = Math.Max(code.Max(c => c.Size), this.inputs == 0 ? 1 : parts[0].Inputs.Max(x => x.Place.DType.ByteSize));
        this.spreads = new(Math.Min(MostElements, longest));
        FusedOperand[][] operands =
            [.. this.tensors.Select(p => p.Inputs.Select(x => new FusedOperand(x.Place, x.IsConstant, p.Shape, this.spreads)).ToArray())];
        this.slots = this.Slots(code, operands, out int used);
        this.tile = Math.Clamp(StackBytes / Math.Max(1, used * this.size) / 64 * 64, 64, MostElements);
        this.slotBytes = this.tile * this.size;
        this.stackBytes = used * this.slotBytes;
        this.narrowElements = Math.Clamp(StackBytes / ((this.inputs + code.Length) * this.size), NarrowColumns, MostElements);
        int small = 0;
        foreach (FusedPart part in this.tensors) small += this.IsSmall(part) ? this.TableBytes(part) : 0;
        this.spreads.Allocate(small);
        this.parts = [.. this.tensors.Select((p, k) => this.PartOf(p, operands[k]))];
        (this.pieces, this.jobs) = this.Cut(Math.Max(this.tile, JobWork / code.Length / this.tile * this.tile));
    }

    /// <summary>Computes all outputs.</summary>
    public void Run()
    {
        this.Prepare();
        Job job = new() { Loop = this };
        Workers.Run(this.jobs.Length - 1, ref job);
    }

    /// <summary>What has to be done before the first of the parts that a kernel hands on.</summary>
    public void Prepare() => this.spreads.Fill();

    /// <inheritdoc/>
    public override void Run(long first, int rows, long step, int columns)
    {
        if (rows == 0 || columns == 0) return; // an output without elements has no part
        Part part = this.parts[0];
        if (rows == 1 || step == columns)
        {
            this.Run(part, (int)first, (int)first + rows * columns);
        }
        else if (columns >= NarrowColumns)
        {
            this.RunTiles(part, (int)first, columns, rows, step, -1, null);
        }
        else
        {
            int together = Math.Max(1, this.narrowElements / columns);
            for (int row = 0; row < rows; row += together) this.RunNarrow(part, first + row * step, Math.Min(together, rows - row), step, columns);
        }
    }

    /// <summary>The loop as what computes one of its results for the kernel that reads it.</summary>
    public Prologue Leading(int result) => new Feed(this, result);

    // A register's place is free again after the last op that reads it.
    private int[] Slots(FusedOpcode[] code, FusedOperand[][] operands, out int used)
    {
        int registers = this.inputs + code.Length;
        int[] last = new int[registers], places = new int[registers];
        Array.Fill(places, -1);
        for (int i = 0; i < code.Length; i++)
        {
            foreach (int r in code[i].From) last[r] = i;
        }
        Stack<int> free = new();
        used = 0;
        for (int r = 0; r < this.inputs; r++)
        {
            if (Array.Exists(operands, o => o[r].IsGathered)) places[r] = used++; // before the first op
        }
        for (int i = 0; i < code.Length; i++)
        {
            if (Array.Exists(this.tensors, p => p.Outputs[i] is null)) places[this.inputs + i] = free.TryPop(out int slot) ? slot : used++;
            foreach (int r in code[i].From.Distinct())
            {
                if (last[r] == i && places[r] >= 0) free.Push(places[r]);
            }
        }
        return places;
    }

    private bool IsSmall(FusedPart part) => part.Shape.Size <= SmallElements && part.Shape.Size <= this.tile;

    private int TableBytes(FusedPart part) =>
        FusedSpreads.Padded(this.program.Length * 4 * sizeof(byte*)) + this.stackBytes / this.slotBytes * FusedSpreads.Padded(part.Shape.Size * this.size);

    // A small part has memory of its own for what is between, so all addresses are known now.
    private Part PartOf(FusedPart tensors, FusedOperand[] operands)
    {
        byte*[] outputs = new byte*[tensors.Outputs.Length];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = tensors.Outputs[i] is { } y ? y.Address : null;
        Part part = new() { Count = tensors.Shape.Size, Inputs = operands, Outputs = outputs };
        if (!this.IsSmall(tensors)) return part;
        part.Table = (byte**)this.spreads.Take(this.TableBytes(tensors));
        byte* between = (byte*)part.Table + FusedSpreads.Padded(this.program.Length * 4 * sizeof(byte*));
        int slot = FusedSpreads.Padded(part.Count * this.size);
        byte*[] registers = new byte*[this.inputs + this.program.Length];
        List<(int, nint)> gathered = [];
        for (int r = 0; r < this.inputs; r++)
        {
            if (operands[r].IsGathered)
            {
                registers[r] = between + this.slots[r] * slot;
                gathered.Add((r, (nint)registers[r]));
            }
            else
            {
                registers[r] = operands[r].At(0, part.Count, null);
            }
        }
        for (int i = 0; i < this.program.Length; i++)
        {
            Instruction op = this.program[i];
            byte* to = registers[this.inputs + i] = outputs[i] != null ? outputs[i] : between + this.slots[this.inputs + i] * slot;
            byte** row = part.Table + 4 * i;
            row[0] = registers[op.A];
            row[1] = registers[op.B];
            row[2] = registers[op.C];
            row[3] = to;
        }
        part.Gathered = [.. gathered];
        return part;
    }

    // Large parts are cut, small ones are put together.
    private (Piece[] Pieces, int[] Jobs) Cut(int elements)
    {
        List<Piece> cut = [];
        List<int> firsts = [];
        int filled = elements;
        foreach (Part part in this.parts)
        {
            for (int start = 0; start < part.Count; start += elements)
            {
                int count = Math.Min(elements, part.Count - start);
                if (filled + count > elements)
                {
                    firsts.Add(cut.Count);
                    filled = 0;
                }
                filled += count;
                cut.Add(new(part, start, start + count));
            }
        }
        return ([.. cut], [.. firsts, cut.Count]);
    }

    private void RunJob(int job)
    {
        for (int i = this.jobs[job]; i < this.jobs[job + 1]; i++) this.Run(this.pieces[i].Part, this.pieces[i].Start, this.pieces[i].End);
    }

    private void Run(Part part, int start, int end)
    {
        if (part.Table == null || end - start != part.Count)
        {
            this.RunTiles(part, start, end - start, 1, 0, -1, null);
            return;
        }
        foreach ((int r, nint to) in part.Gathered) part.Inputs[r].At(0, part.Count, (byte*)to);
        byte** at = part.Table;
        foreach (ref readonly Instruction op in this.program.AsSpan())
        {
            op.Kernel.Run(at, at[3], part.Count);
            at += 4;
        }
    }

    [SkipLocalsInit]
    private void RunTiles(Part part, int start, int columns, int rows, long step, int fed, byte* room)
    {
        byte* stack = stackalloc byte[this.stackBytes + 64];
        stack = (byte*)(((nint)stack + 63) & ~63);
        byte** registers = stackalloc byte*[this.inputs + this.program.Length];
        byte** arguments = stackalloc byte*[3];
        FusedOperand[] operands = part.Inputs;
        byte*[] outputs = part.Outputs;
        Instruction[] ops = this.program;
        int[] rooms = this.slots;
        for (int row = 0; row < rows; row++)
        {
            int first = (int)(start + row * step), end = first + columns;
            for (int at = first; at < end; at += this.tile)
            {
                int n = Math.Min(this.tile, end - at);
                for (int r = 0; r < operands.Length; r++) registers[r] = operands[r].At(at, n, stack + (long)rooms[r] * this.slotBytes);
                for (int i = 0; i < ops.Length; i++)
                {
                    ref readonly Instruction op = ref ops[i];
                    byte* to = outputs[i] != null ? outputs[i] + (long)at * op.Size
                        : i == fed ? room + (long)(at - start) * op.Size : stack + (long)rooms[operands.Length + i] * this.slotBytes;
                    registers[operands.Length + i] = to;
                    arguments[0] = registers[op.A];
                    arguments[1] = registers[op.B];
                    arguments[2] = registers[op.C];
                    op.Kernel.Run(arguments, to, n);
                }
            }
        }
    }

    // Short rows with gaps between them are laid side by side, and what they give is put back.
    [SkipLocalsInit]
    private void RunNarrow(Part part, long first, int rows, long step, int columns)
    {
        int n = rows * columns, slot = this.narrowElements * this.size;
        byte* stack = stackalloc byte[(this.inputs + this.program.Length) * slot + 64];
        stack = (byte*)(((nint)stack + 63) & ~63);
        byte** registers = stackalloc byte*[this.inputs + this.program.Length];
        byte** arguments = stackalloc byte*[3];
        for (int r = 0; r < this.inputs; r++)
        {
            FusedOperand x = part.Inputs[r];
            registers[r] = stack + (long)r * slot;
            if (x.IsSingle)
            {
                registers[r] = x.At(0, n, null);
                continue;
            }
            byte* to = registers[r];
            for (int row = 0; row < rows; row++, to += columns * x.Size)
            {
                byte* from = x.At((int)(first + row * step), columns, to);
                if (from != to) Unsafe.CopyBlockUnaligned(to, from, (uint)(columns * x.Size));
            }
        }
        for (int i = 0; i < this.program.Length; i++)
        {
            ref readonly Instruction op = ref this.program[i];
            byte* from = registers[this.inputs + i] = stack + (long)(this.inputs + i) * slot;
            arguments[0] = registers[op.A];
            arguments[1] = registers[op.B];
            arguments[2] = registers[op.C];
            op.Kernel.Run(arguments, from, n);
            if (part.Outputs[i] == null) continue;
            for (int row = 0; row < rows; row++, from += columns * op.Size)
                Unsafe.CopyBlockUnaligned(part.Outputs[i] + (first + row * step) * op.Size, from, (uint)(columns * op.Size));
        }
    }

    private struct Job : IJob
    {
        public FusedLoop Loop;

        public readonly void Run(int job) => this.Loop.RunJob(job);
    }

    private sealed class Feed(FusedLoop loop, int result) : Prologue
    {
        public override byte* Get(long first, int count, byte* room)
        {
            Part part = loop.parts[0];
            loop.RunTiles(part, (int)first, count, 1, 0, result, room);
            return part.Outputs[result] != null ? part.Outputs[result] + first * loop.program[result].Size : room;
        }
    }

    // An op with as many registers as any may have: those that it does not read are the first.
    private readonly struct Instruction(FusedOpcode code)
    {
        public readonly TileKernel Kernel = code.Kernel;
        public readonly int A = code.From[0], B = code.From.ElementAtOrDefault(1), C = code.From.ElementAtOrDefault(2), Size = code.Size;
    }

    private sealed class Part
    {
        public required int Count { get; init; }

        public required FusedOperand[] Inputs { get; init; }

        public required byte*[] Outputs { get; init; } // null for what stays inside

        public byte** Table; // of a small part: three arguments and the result of each op

        public (int Input, nint To)[] Gathered { get; set; } = [];
    }

    private readonly record struct Piece(Part Part, int Start, int End);
}
