namespace Kubik.Book.Tasks.Matrices;

internal static class MatricesChapter
{
    public static Chapter Contents { get; } = new(8, new("Matrix derivatives and regressions", "Матричные производные и регрессии"),
        [new QuadraticByVector(), new QuadraticByMatrix(), new SquaredNorm(), new TraceOfProduct(), new LeastSquaresLine(), new SoftmaxLoss(), new LogisticLikelihood(), new RulesOfDifferentials(), new LinearMaps(), new OutlierLine()]);
}
