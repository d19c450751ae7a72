namespace Kubik.Book.Tasks.Convolutions;

internal static class ConvolutionsChapter
{
    public static Chapter Contents { get; } = new(6, new("Convolutions", "Свёртки"),
        [new ByHand(), new GuessTheKernel(), new Turns(), new CrossesAndNoughts(), new AsDense(), new LeNetCount(), new ConvolutionCount(), new CatField(), new VggA(), new ProductGradient()]);
}
