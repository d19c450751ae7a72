namespace Kubik.Book.Tasks.Bricks;

internal static class BricksChapter
{
    public static Chapter Contents { get; } = new(5, new("Bricks", "Кубики"), [new SigmoidLayer(), new TanhLayer(), new ReluLayer(), new ManySigmoids(), new Paralysis(), new Temperature(), new RidgeMean(), new EarlyStopping(), new DropoutCounts(), new DropoutMoments(), new DropoutBackward(), new BatchNormByHand(), new BatchNormTraining(), new UniformStart(), new AsymmetricStart(), new ReluZero(), new HeStart(), new L2Accuracy(), new Untrained()]);
}
