namespace Kubik.Book.Tasks.Frameworks;

internal static class FrameworksChapter
{
    public static Chapter Contents { get; } = new(9, new("Frameworks", "Фреймворки"),
        [new TwoWays(), new CompilerPasses(), new MemoryReuse(), new TrainingPlans(), new LateErrors(), new ActivationTable(), new ThreeHeads(), new PerceptronTheorems()]);
}
