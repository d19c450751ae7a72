namespace Kubik.Book.Tasks.Outputs;

internal static class OutputsChapter
{
    public static Chapter Contents { get; } = new(2, new("What a network puts out", "Что отдаёт нейросеть"),
    [
        new SigmoidFacts(),
        new Separable(),
        new SoftmaxFacts(),
        new ProbabilityOutput(),
        new ClassOutput(),
        new RatingOutput(),
        new LabelsOutput(),
        new BoxOutput(),
        new CountOutput(),
        new LectureLosses(),
        new BestConstant(),
    ]);
}
