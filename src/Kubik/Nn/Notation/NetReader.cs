// Reads the one-line notation. First the text becomes a tree of what is written (here every parenthesis and place is
// checked), then the tree becomes modules: a brick may make what stands in its parentheses several times.

namespace Kubik.Nn;

/// <summary>A brick as it is written: its words and the nets in its parentheses.</summary>
/// <param name="Text">Its words.</param>
/// <param name="At">Where it begins.</param>
/// <param name="Inside">The nets in its parentheses; null when it has none.</param>
internal sealed record WrittenBrick(string Text, int At, List<List<WrittenBrick>>? Inside);

/// <summary>The reader of one notation.</summary>
internal sealed class NetReader
{
    // A file of strangers must not fill the stack or the memory.
    private const int Deepest = 100, MostBricks = 10_000;

    private readonly string text;
    private readonly Dictionary<string, Module> named = [];
    private int at, depth, made;

    public NetReader(string text) => this.text = text;

    public static Sequential Read(string notation)
    {
        NetReader reader = new(notation);
        List<WrittenBrick> net = reader.Net(opened: false);
        if (reader.at < notation.Length)
        {
            throw reader.Error(reader.at, notation[reader.at] == ')'
                ? "this ')' closes nothing."
                : "';' stands between the nets in a brick's parentheses only, like: parallel(conv 8 1x1 ; conv 8 3x3 pad=1).");
        }
        return reader.Chain(net);
    }

    /// <summary>Remembers a module under the name that other bricks know it by.</summary>
    public void Name(string name, Module module, int where)
    {
        if (!this.named.TryAdd(name, module)) throw this.Error(where, $"the name '{name}' is given twice.");
    }

    /// <summary>The module of a name that was given before.</summary>
    public T Named<T>(string name, int where) where T : Module =>
        this.named.GetValueOrDefault(name) as T
        ?? throw this.Error(where,
            $"no {typeof(T).Name.ToLowerInvariant()} before this has the name '{name}'.{Suggestion.DidYouMean(name, this.named.Keys)} Give one with "
            + $"name={name}.");

    /// <summary>The module of a net in parentheses: of a single brick the brick itself.</summary>
    public Module Branch(List<WrittenBrick> net) => net.Count == 1 ? this.Brick(net[0]) : this.Chain(net);

    public FormatException Error(int where, string what) => new($"At character {where + 1} of '{this.text}': {what}");

    private Sequential Chain(List<WrittenBrick> net) => new([.. net.Select(this.Brick)]);

    private Module Brick(WrittenBrick brick)
    {
        if (++this.made > MostBricks) throw this.Error(brick.At, $"the network has more than {MostBricks} bricks.");
        if (brick.Text.Length == 0) return this.Chain(brick.Inside![0]);
        string name = BrickArguments.Words(brick.Text)[0].ToLowerInvariant();
        IEnumerable<string> names = NetNotation.Bricks.Select(b => b.Name);
        BrickSyntax syntax = NetNotation.Bricks.FirstOrDefault(b => b.Name == name)
            ?? throw this.Error(brick.At, $"there is no brick '{name}'.{Alias.DidYouMean(name, names)} The bricks are {string.Join(", ", names)}.");
        if (++this.depth > Deepest) throw this.Error(brick.At, $"bricks are nested more than {Deepest} deep.");
        Module module = BrickArguments.Make(new(this, brick, syntax.Usage), syntax.Make);
        this.depth--;
        return module;
    }

    private List<WrittenBrick> Net(bool opened)
    {
        List<WrittenBrick> bricks = [];
        do bricks.Add(this.Written(isFirst: opened && bricks.Count == 0));
        while (this.Accept('|'));
        return bricks;
    }

    private WrittenBrick Written(bool isFirst)
    {
        this.SkipBlanks();
        int start = this.at;
        while (this.at < this.text.Length && !"|();".Contains(this.text[this.at])) this.at++;
        string words = this.text[start..this.at].Trim();
        int open = this.at;
        if (this.Accept('(')) return new(words, start, this.Inside(words, open));
        if (words.Length > 0) return new(words, start, Inside: null);
        throw this.Error(start, isFirst && this.at < this.text.Length && this.text[this.at] is ';' or ')'
            ? "an empty branch; write identity for one that does nothing."
            : "an empty place between bars; write bricks like: linear 300 | relu | linear 10.");
    }

    private List<List<WrittenBrick>> Inside(string words, int open)
    {
        if (++this.depth > Deepest) throw this.Error(open, $"parentheses are nested more than {Deepest} deep.");
        List<List<WrittenBrick>> nets = [];
        do
        {
            if (words.Length == 0 && nets.Count == 1) throw this.Error(this.at - 1, "a chain in parentheses has no branches; write parallel(… ; …).");
            nets.Add(this.Net(opened: true));
        }
        while (this.Accept(';'));
        if (!this.Accept(')')) throw this.Error(open, "this '(' is not closed.");
        this.depth--;
        this.SkipBlanks();
        if (this.at < this.text.Length && this.text[this.at] is not ('|' or ';' or ')'))
            throw this.Error(this.at, "after ')' comes '|' and the next brick; options stand before the parenthesis.");
        return nets;
    }

    private bool Accept(char c)
    {
        this.SkipBlanks();
        if (this.at == this.text.Length || this.text[this.at] != c) return false;
        this.at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (this.at < this.text.Length && char.IsWhiteSpace(this.text[this.at])) this.at++;
    }
}
