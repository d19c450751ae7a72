// What the ops that reduce, arrange and pick say when they are given what they cannot take.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class ShapeErrors
{
    private static readonly Tensor X = Tensor.Ones([2, 3]), V = Tensor.Ones([3]), S = Tensor.Scalar(1), I = Tensor.Ones([2, 3], DType.Int32), B = Tensor.Full([2, 3], 1, DType.Bool);
    private static readonly Tensor L = Tensor.Full([2, 3], 1, DType.Int64), Empty = Tensor.Ones([2, 0]), Picture = Tensor.Ones([1, 2, 4, 4]), U = Tensor.Ones([2, 3], DType.UInt8);

    private static readonly (string Call, Action Act)[] Cases =
    [
        ("sum over axis 5, made directly", () => new Reduce<Sum>([5]).Apply(X)),
        ("sum over axes (1, 0), made directly", () => new Reduce<Sum>([1, 0]).Apply(X)),
        ("mean over axis -1, made directly", () => new Mean([-1]).Apply(X)),
        ("prod of bool", () => B.Prod()),
        ("prod over axis 2", () => X.Prod(2)),
        ("variance of one element with correction 1", () => Tensor.Ones([4, 1]).Variance([1], correction: 1)),
        ("variance with correction -1", () => X.Variance([0], correction: -1)),
        ("std over nothing", () => Empty.Std([1])),
        ("std of int32", () => I.Std([1])),
        ("logsumexp of int32", () => I.LogSumExp()),
        ("L2 norm of int32", () => I.NormL2()),
        ("L1 norm of bool", () => B.NormL1()),
        ("sum of squares over axis 3", () => X.SumSquare(3)),
        ("any of float32", () => X.Any()),
        ("all of int32", () => I.All()),
        ("all over axis 3, made directly", () => new All([3]).Apply(B)),
        ("cumsum of a scalar", () => S.CumSum()),
        ("cumsum of bool", () => B.CumSum()),
        ("cumsum on axis 4, made directly", () => new CumSum(4).Apply(X)),
        ("cumprod on axis -3", () => X.CumProd(-3)),
        ("recurrence of two shapes", () => X.Recurrence(V)),
        ("recurrence of int32", () => I.Recurrence(I)),
        ("argmin over nothing", () => Empty.ArgMin()),
        ("argmin of bool", () => B.ArgMin()),
        ("argmax on axis 2, made directly", () => new ArgMax(2).Apply(X)),
        ("sort of bool", () => B.Sort()),
        ("sort of a scalar", () => S.Sort()),
        ("argsort on axis 2", () => X.ArgSort(2)),
        ("top 4 of 3", () => X.TopK(4)),
        ("top -1", () => X.TopK(-1)),
        ("search in a matrix", () => X.SearchSorted(V)),
        ("search for int32", () => V.SearchSorted(I)),
        ("take outside", () => X.Take(Tensor.Of(0, 3), 1)),
        ("take below 0", () => X.Take(Tensor.Of(-1))),
        ("take from nothing", () => Empty.Take(Tensor.Of(0L), 1)),
        ("take with int32 index, made directly", () => new Take(0).Apply(X, I)),
        ("take on axis 2", () => X.Take(L, 2)),
        ("take add of another shape", () => new TakeAdd(0, 4).Apply(X, V.Cast(DType.Int64))),
        ("take add to size -1", () => new TakeAdd(0, -1).Apply(X, Tensor.Of(0L, 1))),
        ("take add outside", () => new TakeAdd(0, 1).Apply(X, Tensor.Of(0L, 1))),
        ("gather on axis 2, made directly", () => new Gather(2).Apply(X, L)),
        ("gather outside axis 0", () => X.Gather(L * 2, 0)),
        ("scatter with other updates", () => X.Scatter(L, V, 1)),
        ("scatter of two types", () => X.Scatter(L, I, 1)),
        ("scatter outside", () => X.Scatter(L * 3, X, 1)),
        ("scatter with index of other rank", () => X.Scatter(Tensor.Of(0L), V, 1)),
        ("scatter add to size -1", () => new ScatterAdd(0, -1).Apply(X, L)),
        ("gather ND with 3 numbers", () => X.GatherND(L)),
        ("gather ND outside", () => X.GatherND(Tensor.Of(1, 3).Unsqueeze(0))),
        ("gather ND with a scalar", () => X.GatherND(Tensor.Scalar(1, DType.Int64))),
        ("ravel 2 numbers within (2, 3, 4)", () => new RavelIndex([2, 3, 4]).Apply(Tensor.Of(0L, 1))),
        ("scatter ND with other updates", () => X.ScatterND(Tensor.Of(0L).Unsqueeze(0), V)),
        ("masked fill with float", () => X.MaskedFill(X, 0)),
        ("masked fill with a larger mask", () => V.MaskedFill(B, 0)),
        ("masked fill of int32 with 0.5", () => I.MaskedFill(B, 0.5)),
        ("stack of nothing", () => Tensor.Stack(0)),
        ("stack of two shapes", () => Tensor.Stack(0, X, V)),
        ("stack at 3", () => Tensor.Stack(3, X, X)),
        ("stack at 4, made directly", () => new Stack(4).Apply(X, X)),
        ("unsqueeze at -1, made directly", () => new Unsqueeze(-1).Apply(X)),
        ("squeeze axis 2, made directly", () => new Squeeze(2).Apply(X)),
        ("flatten from -1, made directly", () => new Flatten(-1).Apply(X)),
        ("concat on axis -1, made directly", () => new Concat(-1).Apply(X, X)),
        ("slice on axis -1, made directly", () => new Slice(-1, 0, 1, 1).Apply(X)),
        ("slice ..4 of axis 1", () => X.Slice(1, ..4)),
        ("slice with step 0", () => X.Slice(1, .., 0)),
        ("place on size -1", () => new Place(0, 0, 1, -1).Apply(X)),
        ("pad by -1", () => X.Pad(0, -1, 1)),
        ("pad on axis 2", () => X.Pad(2, 1, 1)),
        ("reflect 3 of 3", () => X.Pad(1, 3, 0, PadMode.Reflect)),
        ("reflect nothing", () => Empty.Pad(1, 1, 0, PadMode.Reflect)),
        ("edge of nothing", () => Empty.Pad(1, 1, 0, PadMode.Edge)),
        ("wrap 4 of 3", () => X.Pad(1, 0, 4, PadMode.Wrap)),
        ("pad with mode 9", () => X.Pad(1, 0, 1, (PadMode)9)),
        ("pad three axes of two", () => X.Pad([(1, 1), (1, 1), (1, 1)])),
        ("pad int32 with 0.5", () => I.Pad(0, 1, 1, value: 0.5)),
        ("flip axis 2", () => X.Flip(2)),
        ("flip axis 0 twice", () => X.Flip(0, 0)),
        ("roll a scalar", () => S.Roll(1)),
        ("tile by -1", () => X.Tile(-1)),
        ("tile too large", () => X.Tile(int.MaxValue)),
        ("repeat -1 times", () => X.RepeatInterleave(-1)),
        ("repeat too often", () => X.RepeatInterleave(int.MaxValue)),
        ("lower triangle of a vector", () => V.Tril()),
        ("upper triangle of a scalar", () => S.Triu()),
        ("diagonal of a vector", () => V.Diagonal()),
        ("diagonal of one axis", () => X.Diagonal(0, 1, 1)),
        ("diagonal matrix of a scalar", () => S.DiagonalMatrix()),
        ("diagonal matrix too large", () => V.DiagonalMatrix(int.MinValue)),
        ("place diagonal of another length", () => new PlaceDiagonal(1, 3, 3).Apply(V)),
        ("move axis 2", () => X.MoveAxis(2, 0)),
        ("split 3 into 2", () => X.Split(2, 1)),
        ("split into sizes of 4", () => X.Split([1, 3], 1)),
        ("split into a negative size", () => X.Split([-1, 4], 1)),
        ("unstack a scalar", () => S.Unstack()),
        ("meshgrid of a matrix", () => Tensor.Meshgrid(V, X)),
        ("sum (2, 3) to (2,)", () => X.SumTo([2])),
        ("unfold (2, 3)", () => X.Unfold(2, new Window())),
        ("unfold of bool", () => Tensor.Full([1, 1, 2, 2], 1, DType.Bool).Unfold(1, new Window())),
        ("unfold with 0x2", () => Picture.Unfold([0, 2], new Window())),
        ("unfold with groups", () => Picture.Unfold(2, new Window(groups: 2))),
        ("unfold with stride 0", () => Picture.Unfold(2, new Window([0, 1]))),
        ("unfold too small", () => Picture.Unfold([5, 2], new Window())),
        ("fold of a matrix", () => X.Fold(2, new Window(), [4, 4])),
        ("fold of half windows", () => Tensor.Ones([1, 6, 9]).Fold(2, new Window(), [4, 4])),
        ("fold of other positions", () => Tensor.Ones([1, 8, 8]).Fold(2, new Window(), [4, 4])),
        ("fold onto -1", () => Tensor.Ones([1, 8, 9]).Fold(2, new Window(), [-1, 4])),
        ("einsum for two inputs of one", () => Tensor.Einsum("ij,jk->ik", X)),
        ("einsum of nothing", () => Tensor.Einsum("->")),
        ("einsum of two types", () => Tensor.Einsum("ij,ij", X, I)),
        ("einsum of bool", () => Tensor.Einsum("ij->i", B)),
        ("einsum of two uint8", () => Tensor.Einsum("ij,ij->i", U, U)),
        ("einsum with other sizes", () => Tensor.Einsum("ij,jk->ik", X, X)),
        ("einsum diagonal of (2, 3)", () => Tensor.Einsum("ii", X)),
        ("einsum with too few letters", () => Tensor.Einsum("i->i", X)),
        ("einsum with too many letters", () => Tensor.Einsum("...ijk->i", X)),
        ("einsum with a digit", () => Tensor.Einsum("i1->i", X)),
        ("einsum with two arrows", () => Tensor.Einsum("ij->i->j", X)),
        ("einsum with a new letter", () => Tensor.Einsum("ij->ik", X)),
        ("einsum with a letter twice", () => Tensor.Einsum("ij->ii", X)),
        ("einsum without its dots", () => Tensor.Einsum("...j->j", X)),
        ("einsum with dots twice", () => Tensor.Einsum("...i...->i", X)),
        ("einsum dots that do not broadcast", () => Tensor.Einsum("...j,...j", X, Tensor.Ones([4, 3]))),
    ];

    [Fact]
    public void Every_error_says_what_is_approved() =>
        Approved.Equal("Ops/approved-errors-shapes.txt", Cases.Select(c =>
        {
            Exception? e = Record.Exception(c.Act);
            Assert.True(e is ShapeException or ArgumentException, $"{c.Call}: {e?.ToString() ?? "no error"}");
            return $"{c.Call}: {e!.Message.ReplaceLineEndings(" ")}";
        }));

    // Ops made with any numbers (no sizes that would take all memory), for inputs of any shape: the result has the inferred spec, or the error is one of the op's.
    [Fact]
    public void Whatever_the_attributes_there_is_a_result_or_an_error_of_the_op()
    {
        Random r = new(7);
        int results = 0;
        for (int i = 0; i < 6000; i++)
        {
            Op op = Anything(r);
            int inputs = op switch { Scatter or ScatterND => 3, Gather or ScatterAdd or Take or TakeAdd or GatherND or MaskedFill or SearchSorted or Recurrence or Concat or Stack => 2, _ => 1 };
            Tensor[] x = [.. Enumerable.Range(0, inputs).Select(input => Input(op, input, r))];
            string call = $"{op.GetType().Name} {op.Name} {string.Join(", ", x.Select(t => t.Spec))}, case {i}";
            Exception? e = Record.Exception(() =>
            {
                Tensor y = op.Apply(x);
                Assert.True(op.Infer([.. x.Select(t => t.Spec)]) == y.Spec, $"{call} gave {y.Spec}");
                Assert.Equal(y.Count, y.ToDoubles().Length);
                results++;
            });
            Assert.True(e is null or ShapeException or ArgumentOutOfRangeException, $"{call}: {e}");
            if (e is not null) Assert.DoesNotContain("A shape's sizes are", e.Message, StringComparison.Ordinal);
        }
        Assert.True(results > 1000, $"only {results} fit");
    }

    private static Op Anything(Random r)
    {
        int Few() => r.Next(10) == 0 ? r.Next(2) == 0 ? int.MinValue : int.MaxValue : r.Next(-2, 5);
        Axes axes = [.. Enumerable.Range(0, r.Next(3)).Select(_ => r.Next(-1, 4))];
        bool flag = r.Next(2) == 0;
        Window window = new([Few(), Few()], [Few(), Few()], [Few(), Few()], r.Next(0, 3) == 0 ? Few() : 1);
        Func<Op>[] made =
        [
            () => new Reduce<Sum>(axes, flag), () => new Reduce<Max>(axes, flag), () => new Reduce<Prod>(axes, flag), () => new Mean(axes, flag), () => new Variance(axes, flag, Few()), () => new Std(axes, flag, Few()),
            () => new LogSumExp(axes, flag), () => new ReduceL1(axes, flag), () => new ReduceL2(axes, flag), () => new SumSquare(axes, flag), () => new Any(axes, flag), () => new All(axes, flag),
            () => new CumSum(Few(), flag), () => new CumProd(Few(), flag), () => new Recurrence(Few(), flag), () => new ArgMax(Few(), flag), () => new ArgMin(Few(), flag), () => new ArgSort(Few(), flag), () => new Sort(Few(), flag),
            () => new TopK(Few(), Few(), flag), () => new SearchSorted(flag), () => new Gather(Few()), () => new ScatterAdd(Few(), r.Next(-1, 5)), () => new Scatter(Few()), () => new Take(Few()), () => new TakeAdd(Few(), r.Next(-1, 5)),
            () => new GatherND(), () => new ScatterND(), () => new RavelIndex([r.Next(4), r.Next(4)]), () => new MaskedFill(Few()), () => new Unsqueeze(Few()), () => new Squeeze(Few()), () => new Flatten(Few()), () => new Stack(Few()),
            () => new Concat(Few()), () => new Slice(Few(), Few(), Few(), Few()), () => new Place(Few(), Few(), Few(), r.Next(-1, 7)), () => new Pad(Few(), r.Next(-1, 3), r.Next(-1, 3), (PadMode)r.Next(5), 1), () => new Pad(Few(), r.Next(4), r.Next(4), (PadMode)r.Next(4)),
            () => new Flip(axes), () => new Roll(Few(), Few()), () => new Tile([r.Next(4), r.Next(4)]), () => new RepeatInterleave(Few(), r.Next(-1, 4)), () => new Tril(Few()), () => new Triu(Few()), () => new Diagonal(Few()),
            () => new PlaceDiagonal(Few(), r.Next(-1, 5), r.Next(-1, 5)), () => new Unfold([Few(), Few()], window), () => new Fold(new Unfold([r.Next(1, 3), r.Next(1, 3)], new Window()), [r.Next(4), r.Next(4)]), () => new Permute(axes),
            () => new Einsum(string.Concat(Enumerable.Range(0, r.Next(7)).Select(_ => new[] { "i", "j", "->", "...", "k", ",", "." }[r.Next(7)]))),
        ];
        return made[r.Next(made.Length)]();
    }

    private static Tensor Input(Op op, int input, Random r)
    {
        int rank = op is Unfold ? r.Next(3, 5) : op is Fold ? 3 : op is SearchSorted && input == 0 ? 1 : r.Next(4);
        Shape shape = [.. Enumerable.Range(0, rank).Select(_ => r.Next(5) == 0 ? 0 : r.Next(1, 4))];
        bool isIndex = op is RavelIndex || (input == 1 && op is Gather or ScatterAdd or Scatter or Take or TakeAdd or GatherND or ScatterND);
        DType type = isIndex ? DType.Int64 : op is Any or All || (op is MaskedFill && input == 1) ? DType.Bool : DType.Float32;
        double[] values = [.. Enumerable.Range(0, shape.Size).Select(_ => (double)(isIndex ? r.Next(-1, 12) == -1 ? -1 : r.Next(0, 2) : r.Next(-2, 3)))];
        return Tensor.From(values, shape).Cast(type);
    }
}
