namespace Kubik.Book.Tasks.Function;

internal static class FunctionChapter
{
    public static Chapter Contents { get; } = new(1, new("Just a function", "Всего лишь функция"),
    [
        new LinearNetwork(),
        new Forecast(),
        new FormulaToPicture(),
        new FirstNeurons(),
        new TruthTables(),
        new ProductFeature(),
        new Surplus(),
        new Triangle(),
        new Stripes(),
        new TwoXors(),
        new Frame(),
        new StepRegressor(),
        new DenseCount(),
    ]);
}
