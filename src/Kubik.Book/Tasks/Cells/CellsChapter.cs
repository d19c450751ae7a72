namespace Kubik.Book.Tasks.Cells;

internal static class CellsChapter
{
    public static Chapter Contents { get; } = new(7, new("Recurrent and other cells", "Рекуррентные и другие ячейки"),
        [new StateStep(), new ThroughTime(), new LstmGates(), new LstmBack(), new WriteOnce(), new Vanishing(), new WordPairs(), new SkipGramStep(), new Neighbours(),
            new ResidualStep(), new ResidualDepth(), new CellCounts(), new AttentionHead(), new AttentionScale(), new TiedEmbedding(), new GruGates(), new Decoding()]);
}
