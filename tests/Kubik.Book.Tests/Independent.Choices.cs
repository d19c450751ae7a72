// Which of several sentences is right, by another way than the task's: worked out from the numbers where it depends on them, and
// otherwise what theory says or what the experiments of a task came to (their spread is judged in the tests of those tasks).
// Sentences are compared, not numbers: where a choice stands says nothing.

namespace Kubik.Book.Tests;

internal static partial class Independent
{
    private static readonly Dictionary<(string Id, string Name), Func<Given, string>> Choices = new()
    {
        [("1.1", "kind")] = _ => "y is linear in x",
        [("1.5", "one")] = _ => "one neuron cannot compute c",
        [("1.6", "without")] = g => g.Vector("t") is var t && t[0] == t[3] && t[1] == t[2] ? "without x₃ it could not" : "without x₃ it could",
        [("2.1", "symmetry")] = _ => "f(−t) = 1 − f(t) and f′(−t) = f′(t)",
        [("2.2", "minimum")] = _ => "nowhere: L only goes to 0 as the weights grow",
        [("2.4a", "output")] = _ => "sigmoid, log-loss",
        [("2.4b", "output")] = _ => "K outputs with softmax, cross-entropy",
        [("2.4c", "output")] = _ => "10·σ(z), squared error",
        [("2.4d", "output")] = _ => "a sigmoid for each label, the sum or mean of log-losses",
        [("2.4e", "loss")] = _ => "a regression's loss of the box plus cross-entropy of the class",
        [("2.4f", "output")] = _ => "e^z as the rate, Poisson's loss; the whole part afterwards",
        [("4.6", "small")] = _ => "no difference beyond the spread of the starts",
        [("4.6", "large")] = _ => "way b fails more often",
        [("4.8", "router")] = _ => "the maximum",
        [("4.8", "adder")] = _ => "the copy",
        [("5.1", "paralysis")] = _ => "at large |z| the derivative is nearly 0, so even a neuron that is wrong does not change",
        [("5.2", "relation")] = _ => "the derivative is 1 − f²",
        [("5.2", "vanishing")] = _ => "yes, but less than the sigmoid: the derivative is 1 only at 0",
        [("5.3a", "then")] = _ => "nothing: its gradient stays 0",
        [("5.3c", "large")] = _ => "the sigmoids' derivative goes to 0, that of the ReLUs grows",
        [("5.5", "shrinks")] = _ => "β goes to 0: it gets smaller when the sum of y is positive",
        [("5.7a", "observations")] = _ => "no fewer than parameters, better several times as many, or strong regularisation",
        [("5.7c", "after")] = _ => "nothing",
        [("5.8b", "loss")] = _ => "it falls faster",
        [("5.10a", "good")] = _ => "no: the neurons then say the same, and sums grow from layer to layer",
        [("5.11", "loss")] = _ => "the training loss stays or rises",
        [("5.11", "accuracy")] = _ => "it is expected to stay or fall, though that is no law",
        [("6.2b", "turn")] = _ => "there is none",
        [("6.9", "back")] = _ => "∂f/∂X = ∂f/∂Y·Wᵀ",
        [("7.3", "most")] = g => $"the LSTM, b_f = {g.Number("b")}",
        [("7.4c", "near")] = g => ((string[])["dog", "cat", "daughter", "son"])[g.Count("word") - 1],
        [("7.5b", "largest")] = _ => "y = x + f(x), small weights",
        [("7.6a", "rows")] = _ => "the third alone",
        [("7.9", "text")] = Likeliest,
        [("8.4", "right")] = _ => "the factor is below 1/2 and falls to 0 as the margin grows",
        [("8.4", "wrong")] = _ => "the factor is above 1/2 and goes to 1",
        [("9.1", "D")] = _ => "a description of what is to be computed, with shape and type",
        [("9.2", "s")] = _ => "in one",
        [("9.3", "m_p")] = _ => "it stays as it is",
        [("9.3", "why")] = _ => "the way back needs what the way forward computed",
        [("9.5", "m_s")] = _ => "it has recorded ops and multiplied nothing",
        [("9.5", "late")] = _ => "the symbolic program shows it only in a run",
        [("9.6", "step")] = _ => "its derivative is 0 wherever there is one, so nothing is learnt",
        [("9.7", "head")] = _ => "what stands at the end: the last layer's size and activation",
        [("9.8", "theorem")] = _ => "where a plane separates the classes, the rule stops after finitely many corrections",
    };

    /// <summary>What is to be chosen in a task, by the names of its choices.</summary>
    public static IEnumerable<(string Name, string Right)> Chosen(string id, Given given) => Choices.Where(c => c.Key.Id == id).Select(c => (c.Key.Name, c.Value(given)));

    private static string Likeliest(Given given)
    {
        (double most, string text) = (0, "");
        for (int i = 0; i < 9; i++)
        {
            double p = given.Vector("P")[i / 3] * given.Matrix("Q")[i / 3, i % 3];
            if (p > most) (most, text) = (p, $"{"ABC"[i / 3]}, then {"ABC"[i % 3]}");
        }
        return text;
    }
}
