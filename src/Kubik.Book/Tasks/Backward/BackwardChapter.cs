namespace Kubik.Book.Tasks.Backward;

internal static class BackwardChapter
{
    public static Chapter Contents { get; } = new(4, new("Backpropagation", "Обратное распространение"),
        [new PolynomialGraph(), new ThreeLayers(), new TwoSteps(), new EveryLayer(), new ThreeActivations(), new LayerByLayer(), new ExponentGraph(), new Gates(), new GradientChecking()]);
}
