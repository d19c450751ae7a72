// Shapes, by example and by law. The laws are checked on random shapes with FsCheck.

using FsCheck;
using FsCheck.Fluent;
using Kubik.Ops;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Tensors;

public sealed class ShapeTests
{
    // Shapes of up to four axes of sizes 0 to 4, often 1; every law below is about them.
    private static readonly Arbitrary<int[]> Sizes = Gen.ArrayOf(Gen.Elements(0, 1, 1, 1, 2, 3, 4)).Select(a => a.Take(4).ToArray()).ToArbitrary();

    private static readonly Arbitrary<int[]> Filled = Gen.ArrayOf(Gen.Choose(1, 4)).Select(a => a.Take(4).ToArray()).ToArbitrary();

    private static void Holds<T>(Arbitrary<T> values, Action<T> law) => Prop.ForAll(values, law).QuickCheckThrowOnFailure();

    private static void Holds<T, TOther>(Arbitrary<T> values, Arbitrary<TOther> others, Action<T, TOther> law) =>
        Prop.ForAll(values, others, law).QuickCheckThrowOnFailure();

    private static Tensor Counting(Shape shape) => Tensor.Range(0, shape.Size, dtype: DType.Float64).Reshape(shape);

    [Fact]
    public void By_example()
    {
        Shape s = [2, 3, 4];
        Assert.Equal((3, 24, 2, 4), (s.Rank, s.Size, s[0], s[^1]));
        Assert.Equal("(2, 3, 4) (5,) ()", $"{s} {Shape.Create([5])} {default(Shape)}");
        Assert.Equal("2x3x4 scalar", $"{s.ToX()} {default(Shape).ToX()}");
        Assert.Equal([3, 4], s[1..]);
        Assert.Equal<Shape>([2, 9, 4], s.With(1, 9));
        Assert.Equal<Shape>([2, 4], s.Without(1));
        Assert.Equal<Shape>([2, 3, 4, 7], s.Insert(3, 7));
        Assert.True(s == new[] { 2, 3, 4 } && s != Shape.Create([2, 3]) && default == Shape.Create([]));
        Assert.Equal(s.GetHashCode(), Shape.Create([2, 3, 4]).GetHashCode());
    }

    [Theory]
    [InlineData("1x28x28", "(1, 28, 28)")]
    [InlineData("(2, 3)", "(2, 3)")]
    [InlineData(" 12 ", "(12,)")]
    [InlineData("3×4", "(3, 4)")]
    [InlineData("(5,)", "(5,)")]
    [InlineData("()", "()")]
    public void Are_read_as_people_type_them(string text, string shape) => Assert.Equal(shape, Shape.Parse(text).ToString());

    [Theory]
    [InlineData("2xx0")]
    [InlineData("a")]
    [InlineData("1x-2")]
    [InlineData("5xx3")]
    [InlineData("x5")]
    [InlineData("5x")]
    [InlineData("2, 3,")]
    [InlineData("99999999999")]
    public void Other_texts_are_refused(string text) =>
        Assert.Contains($"'{text}' is not a shape", Assert.Throws<FormatException>(() => Shape.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_no_tensor_can_have_is_refused()
    {
        Assert.Equal("A shape's sizes are 0 or more; got (2, -1).", Assert.Throws<ShapeException>(() => Shape.Create([2, -1])).Message);
        Assert.Equal("A tensor of shape (65536, 65536) has more than 2147483647 elements, the most that one tensor holds.",
            Assert.Throws<ShapeException>(() => Shape.Create([65536, 65536])).Message);
        Assert.Equal("A shape has at most 16 axes, not 17.", Assert.Throws<ShapeException>(() => Shape.Create(new int[17])).Message);
    }

    [Fact]
    public void Broadcasting_is_NumPys_rule() => Holds(Sizes, Sizes, (a, b) =>
    {
        int rank = Math.Max(a.Length, b.Length);
        int[] wideA = [.. Enumerable.Repeat(1, rank - a.Length), .. a], wideB = [.. Enumerable.Repeat(1, rank - b.Length), .. b];
        bool fits = wideA.Zip(wideB).All(p => p.First == p.Second || p.First == 1 || p.Second == 1);
        Assert.Equal(fits, Shape.TryBroadcast(a, b, out Shape shape));
        if (fits) Assert.Equal(wideA.Zip(wideB, (p, q) => p == 1 ? q : p), shape);
    });

    [Fact]
    public void Broadcasting_does_not_care_for_the_order() => Holds(Sizes, Sizes, (a, b) =>
    {
        Assert.Equal(Shape.TryBroadcast(a, b, out Shape ab), Shape.TryBroadcast(b, a, out Shape ba));
        Assert.Equal(ab, ba);
        Assert.True(Shape.TryBroadcast(a, a, out Shape aa) && aa == a);
        Assert.True(Shape.TryBroadcast(a, [], out Shape scalar) && scalar == a);
    });

    [Fact]
    public void A_broadcast_tensor_holds_the_repeated_elements() => Holds(Sizes, Sizes, (a, b) =>
    {
        if (!Shape.TryBroadcast(a, b, out Shape shape)) return;
        Naive x = Naive.Of(Counting(a));
        Assert.Equal(Naive.Build([.. shape], x.Repeated).Values, Counting(a).BroadcastTo(shape).ToDoubles());
    });

    [Fact]
    public void Summing_is_the_adjoint_of_broadcasting() => Holds(Sizes, Sizes, (a, b) =>
    {
        if (!Shape.TryBroadcast(a, b, out Shape shape)) return;
        Tensor x = Counting(a) - 3, y = Counting(shape).Sin();
        Assert.Equal((x.BroadcastTo(shape) * y).Sum().Item(), (x * y.SumTo(a)).Sum().Item(), 1e-9);
    });

    [Fact]
    public void Reshaping_keeps_the_order_and_comes_back() => Holds(Filled, a =>
    {
        Tensor x = Counting(a);
        Assert.Equal(x.ToDoubles(), x.Reshape(-1).ToDoubles());
        Assert.Equal(x.ToDoubles(), x.Reshape(x.Count).Reshape((Shape)a).ToDoubles());
        int[] back = [.. a.Reverse()];
        Assert.Equal(x.ToDoubles(), x.Reshape((Shape)back).ToDoubles());
    });

    [Fact]
    public void Permuting_moves_every_element_and_comes_back() => Holds(Filled, ArbMap.Default.ArbFor<int>(), (a, seed) =>
    {
        int[] axes = [.. Enumerable.Range(0, a.Length)], back = new int[a.Length];
        new Random(seed).Shuffle(axes);
        for (int i = 0; i < axes.Length; i++) back[axes[i]] = i;
        Tensor x = Counting(a), y = x.Permute(axes);
        Naive model = Naive.Of(x);
        Assert.Equal(Naive.Build([.. y.Shape], i => model[[.. back.Select(axis => i[axis])]]).Values, y.ToDoubles());
        Assert.Equal(x.ToDoubles(), y.Permute(back).ToDoubles());
        Assert.Equal(x.ToDoubles(), y.Contiguous().Permute(back).ToDoubles());
    });

    [Fact]
    public void Slicing_takes_the_elements_named_and_placing_is_its_adjoint() => Holds(Filled, ArbMap.Default.ArbFor<int>(), (a, seed) =>
    {
        if (a.Length == 0) return;
        Random random = new(seed);
        int axis = random.Next(a.Length), size = a[axis], start = random.Next(size), step = random.Next(1, 3) * (random.Next(2) * 2 - 1);
        int count = random.Next(0, (step > 0 ? size - 1 - start : start) / Math.Abs(step) + 2);
        Slice slice = new(axis, start, count, step);
        Tensor x = Counting(a), y = slice.Apply(x);
        Naive model = Naive.Of(x);
        Assert.Equal(Naive.Build([.. y.Shape], i => model[Naive.Set(i, axis, start + step * i[axis])]).Values, y.ToDoubles());
        Tensor dy = Counting(y.Shape).Cos();
        Assert.Equal((y * dy).Sum().Item(), (x * new Place(axis, start, step, size).Apply(dy)).Sum().Item(), 1e-9);
    });

    [Fact]
    public void Joining_the_parts_gives_the_whole() => Holds(Filled, ArbMap.Default.ArbFor<int>(), (a, seed) =>
    {
        if (a.Length == 0) return;
        Random random = new(seed);
        int axis = random.Next(a.Length), cut = random.Next(a[axis] + 1);
        Tensor x = Counting(a), left = new Slice(axis, 0, cut, 1).Apply(x), right = new Slice(axis, cut, a[axis] - cut, 1).Apply(x);
        Assert.Equal(x.ToDoubles(), Tensor.Concat(axis, left, right).ToDoubles());
        Assert.Equal(x.ToDoubles(),
            Tensor.Stack(axis, [.. Enumerable.Range(0, a[axis]).Select(i => new Slice(axis, i, 1, 1).Apply(x).Squeeze(axis))]).ToDoubles());
    });

    [Fact]
    public void Reductions_agree_with_the_index_model() => Holds(Filled, ArbMap.Default.ArbFor<int>(), (a, seed) =>
    {
        int[] axes = [.. Enumerable.Range(0, a.Length).Where(i => ((uint)seed >> i & 1) != 0)];
        if (axes.Length == 0) return;
        Tensor x = Counting(a);
        Assert.Equal(Naive.Of(x).Fold(axes, false, 0, (p, q) => p + q).Values, x.Sum(axes).ToDoubles());
        Assert.Equal(Naive.Of(x).Fold(axes, true, double.NegativeInfinity, Math.Max).Values, x.Max(axes, keepDims: true).ToDoubles());
    });
}
