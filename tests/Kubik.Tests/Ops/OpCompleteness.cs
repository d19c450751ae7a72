// An op that exists but is not in the table, or is in the table but has no row, fails here.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class OpCompleteness
{
    private static readonly (Type Family, Type Driver)[] Families =
    [
        (typeof(IUnaryOp), typeof(Unary<>)), (typeof(IUnaryNumberOp), typeof(UnaryNumber<>)), (typeof(IBinaryOp), typeof(Binary<>)),
        (typeof(ICompareOp), typeof(Compare<>)), (typeof(IReduceOp), typeof(Reduce<>)),
        (typeof(IFunctionOp), typeof(Function<>)), (typeof(IGradedFunctionOp), typeof(FunctionGradient<>)),
        (typeof(IClassifyOp), typeof(Classify<>)),
        (typeof(ILogicOp), typeof(Logic<>)),
        (typeof(IRecurrentUnit), typeof(Unrolled<>)), (typeof(IRecurrentUnit), typeof(UnrolledGradient<>)),
    ];

    /// <summary>Every op type in the assembly: the records, and each family's driver closed over each of its members.</summary>
    public static TheoryData<string> OpTypes => [.. AllTypes().Select(t => t.ToString())];

    [Theory, MemberData(nameof(OpTypes))]
    public void Every_op_is_in_the_table(string type) =>
        Assert.True(OpTable.All.Any(op => op.GetType().ToString() == type), $"{type} is missing in OpTable.All: add a line.");

    [Theory, MemberData(nameof(OpTypes))]
    public void Every_op_has_a_row_of_tests(string type) =>
        Assert.True(OpRows.All.Any(r => r.Op.GetType().ToString() == type), $"{type} has no row in OpRows: add one or more.");

    [Fact]
    public void The_table_has_no_op_twice() => Assert.Equal(OpTable.All.Count, OpTable.All.Select(op => op.GetType()).Distinct().Count());

    [Fact]
    public void Every_family_is_known_here() =>
        Assert.Equal(
            typeof(Op).Assembly.GetTypes().Where(t => IsOp(t) && t.IsGenericTypeDefinition).Select(t => t.Name).Order(),
            Families.Select(f => f.Driver.Name).Order());

    [Fact]
    public void Equal_attributes_make_equal_ops()
    {
        Assert.Equal(new Permute([1, 0]), new Permute([1, 0]));
        Assert.Equal(new Reduce<Sum>([0, 2], true), new Reduce<Sum>([0, 2], true));
        Assert.Equal(new Conv(new Window([2, 1])).GetHashCode(), new Conv(new Window([2, 1])).GetHashCode());
        Assert.Equal(new MaxPool([2, 3], new Window(2)), new MaxPool([2, 3], new Window(2)));
        Assert.Equal(new ConvInputGradient(new Window(), [5, 5]), new ConvInputGradient(new Window(), [5, 5]));
        Assert.NotEqual(new MaxPool([2, 3], new Window(2)), new MaxPool([2, 3], new Window(2), ceil: true));
        Assert.Equal(new RandomUniform(new(DType.Float32, [4])), new RandomUniform(new(DType.Float32, [4])));
        Assert.Equal(new RandomInteger(new(DType.Int64, [4]), 0, 5), new RandomInteger(new(DType.Int64, [4]), 0, 5));
        Assert.NotEqual(new TriangularSolve(IsLower: false), new TriangularSolve());
        Assert.NotEqual<Op>(new Softmax(0), new Softmax(1));
        Assert.Equal(new Function<LeakyRelu>(new(0.1)), new Function<LeakyRelu>(new(0.1)));
        Assert.NotEqual(new Function<LeakyRelu>(new(0.1)), new Function<LeakyRelu>(new(0.2)));
        Assert.Equal(new Function<Gelu>(default), new Function<Gelu>(default));
        Assert.NotEqual<Op>(new Softmax(0), new LogSoftmax(0));
    }

    private static IEnumerable<Type> AllTypes()
    {
        Type[] types = typeof(Op).Assembly.GetTypes();
        return types.Where(t => IsOp(t) && !t.IsGenericTypeDefinition)
            .Concat(from f in Families from t in types where t.IsValueType && f.Family.IsAssignableFrom(t) select f.Driver.MakeGenericType(t));
    }

    private static bool IsOp(Type type) => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract;
}
