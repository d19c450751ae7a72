// One task: its statement, its parameters, how to draw new ones, what the engine is to compute, what is asked. Everything else
// (languages, formats, grading, the whole book) is made from these.

using Kubik.Book.Answers;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.Glass.Pages;

namespace Kubik.Book;

/// <summary>A task of the problem book.</summary>
/// <example><code>
/// BookTask task = Book.Find("1.2");
/// Console.WriteLine(task.Solve().ToText());
/// Grade grade = task.Grade(new Dictionary&lt;string, string&gt; { ["h1"] = "100,5", ["h2"] = "0", ["y"] = "100.5 + 4" });
/// </code></example>
public abstract class BookTask
{
    /// <summary>Chapter and number: 1.2.</summary>
    public abstract string Id { get; }

    /// <summary>What it is called.</summary>
    public abstract Remark Title { get; }

    /// <summary>Where it comes from: the course text, section and exercise.</summary>
    public abstract string Source { get; }

    /// <summary>The parameters that the source has.</summary>
    public abstract Given Seed { get; }

    /// <summary>Other parameters, drawn: the same for the same seed.</summary>
    public Given Variant(long seed) => this.Draw(new Dice(seed));

    /// <summary>The statement alone.</summary>
    public Sheet State(Given? given = null, Language language = Language.English) => this.Written(given ?? this.Seed, language, solved: false);

    /// <summary>The statement and the worked solution.</summary>
    public Sheet Solve(Given? given = null, Language language = Language.English) => this.Written(given ?? this.Seed, language, solved: true);

    /// <summary>Looks at answers as a person typed them, by their names.</summary>
    /// <exception cref="ArgumentException">There is an answer to nothing that was asked.</exception>
    public Grade Grade(IReadOnlyDictionary<string, string> answers, Given? given = null) => Answers.Grade.Of(this.Solve(given).Answers, answers);

    internal abstract Given Draw(Dice dice);

    internal abstract void State(Given given, Board board);

    internal abstract void Solve(Given given, Board board);

    /// <summary>The statement without what is asked: nothing has to be solved for it.</summary>
    internal IReadOnlyList<Block> Told(Given given, Language language)
    {
        Board board = new(language);
        this.State(given, board);
        return board.Blocks;
    }

    private Sheet Written(Given given, Language language, bool solved)
    {
        // Sentences to choose from stand as the source has them, and elsewhere where the numbers are others.
        string key = given.ToJson();
        Board solution = new(language, key == this.Seed.ToJson() ? null : key);
        this.Solve(given, solution);
        IReadOnlyList<Block> statement = this.Told(given, language);
        if (solved) solution.SaySigmoid(statement);
        solution.SayRounded();
        return new(this, given, language, statement, solved ? solution.Blocks : null, solution.Answers, solution.Trace);
    }
}
