// What the course texts ask: exercises of 000 with their sub-items, and the worked examples, tasks and rules of the lectures 001,
// 002 and 004 and of the task sheet 003. The names are ours.

using System.Text.RegularExpressions;

namespace Kubik.Book.Tests;

internal static partial class SourceItems
{
    private const string Letters = "абвгдежзи";

    /// <summary>An item: where it is, and what it is about.</summary>
    public static IReadOnlyList<(string Item, string About)> All { get; } =
    [
        ("000 §1.1", "a network without activation is a regression"),
        ("000 §1.2", "from the picture to the formula"),
        ("000 §1.3", "from the formula to the picture"),
        .. Parts("000 §1.4", "NOT by one neuron", "weights for a table", "two lines"),
        ("000 §1.5", "AND, OR, XOR"),
        ("000 §1.6", "XOR by a feature"),
        ("000 §1.7", "too many neurons"),
        .. Parts("000 §1.8", "a triangle", "stripes", "two XORs", "the open one"),
        ("000 §1.9", "the universal regressor"),
        ("000 §1.10", "parameters of a dense network"),
        .. Parts("000 §2.1", "limits", "f(t) and f(−t)", "derivatives at t and −t", "f and its derivative", "values at 0", "the inverse", "the derivative of ln f", "graphs", "steep sigmoids"),
        .. Parts("000 §2.2", "the loss function", "where it is least"),
        .. Parts("000 §2.3", "probabilities", "the log-loss", "two outputs or one", "a smooth maximum"),
        .. Parts("000 §2.4", "a probability", "K classes", "a rating", "several labels", "a box and a class", "a count"),
        .. Parts("000 §3.1", "least squares", "gradient descent", "stochastic gradient descent", "momentum", "Nesterov", "RMSprop", "Adam"),
        ("000 §3.2", "a step of logistic regression"),
        ("000 §4.1", "the graph of x² + xy + (x + y)²"),
        .. Parts("000 §4.2", "the network as equations", "derivatives", "what repeats", "the algorithm"),
        ("000 §4.3", "two steps by hand"),
        .. Parts("000 §4.4", "first layer forward", "first layer backward", "ReLU forward", "ReLU backward", "last layer forward", "last layer backward", "squared error", "a step"),
        .. Parts("000 §4.4 (classification)", "the sigmoid", "log-loss", "back through both"),
        .. Parts("000 §4.5", "ReLU and squares", "tanh", "sigmoid", "another loss"),
        .. Parts("000 §4.6", "all weights at once", "layer by layer with the new weights"),
        .. Parts("000 §5.1", "forward and backward", "the largest derivative and vanishing"),
        .. Parts("000 §5.2", "limits", "f and its derivative", "forward and backward", "vanishing and paralysis", "why recurrent networks use it"),
        .. Parts("000 §5.3", "ReLU's forward and backward pass"),
        ("000 §5.3 (ReLU and sigmoid)", "ReLU beside a sum of sigmoids"),
        ("000 §5.3 (paralysis)", "paralysis of sigmoid and ReLU"),
        .. Parts("000 §5.4", "T = 10", "T = 1", "T = 0.1", "T → 0", "T → ∞", "many objects"),
        .. Parts("000 §5.5", "without a penalty", "with any penalty", "leave one out", "the best penalty's estimate"),
        ("000 §5.6", "early stopping and the penalty"),
        .. Parts("000 §5.7", "parameters and observations", "half of the neurons off", "a whole layer off", "one of the layers off", "neurons that are on", "parameters that are left"),
        ("000 §5.7 (backward)", "back through dropout"),
        ("000 §5.7 (batch normalisation)", "back through batch normalisation, and what it is for"),
        .. Parts("000 §5.8", "the variance vanishes", "the right limits", "a normal distribution", "the asymmetric case"),
        ("000 §5.9", "ReLU and He"),
        ("000 §6.1", "a convolution by hand"),
        ("000 §6.2 (edges)", "kernels that find edges"),
        ("000 §6.2 (turns)", "kernels that turn"),
        ("000 §6.2 (shifts)", "kernels that shift"),
        ("000 §6.3", "noughts, crosses and slashes"),
        ("000 §6.4", "a convolution as a dense layer"),
        .. Parts("000 §6.5", "a dense network", "LeNet"),
        .. Parts("000 §6.6", "a convolution", "with what came before it", "a separable convolution"),
        ("000 §6.7", "the receptive field"),
        ("000 §7 (RNN)", "a recurrent step"),
        ("000 §7 (LSTM)", "gates"),
        ("000 §7 (word2vec)", "vectors of words"),
        ("000 §7 (cells)", "residual and other cells"),
        ("000 §8", "the final test"),
        ("001 logic", "what a perceptron can and cannot model"),
        ("001 approximator", "a step by two neurons, a function by steps"),
        ("001 losses", "squares, moduli, and unequal costs"),
        ("001 likelihood", "softmax with negative log-likelihood; two classes with one output"),
        ("001 training", "gradient descent on three layers"),
        ("001 backpropagation", "the chain rule of a block"),
        ("001 gradient checking", "numeric beside analytic"),
        ("001 differentials", "rules of differentials"),
        ("001 linear maps", "what linear maps look like"),
        .. Parts("001 §1", "xᵀAx by x", "xᵀAx by A", "‖Ax + b‖² by x", "tr(AB) by A"),
        .. Parts("001 §2", "the functional of linear regression", "its optimum"),
        .. Parts("001 §3", "softmax with negative log-likelihood", "its gradient"),
        .. Parts("001 §4", "the likelihood of logistic regression", "the gradient of its logarithm", "at objects that are right", "at objects that are wrong"),
        ("002 linear regression", "the vector form, the estimate, the forecast"),
        ("002 linear layers", "two linear layers are one"),
        ("002 perceptron", "Rosenblatt's neuron and its rule"),
        ("002 bricks", "a network is bricks"),
        ("002 frameworks", "imperative and symbolic computation"),
        ("002 activations", "the table of activations and derivatives"),
        ("002 logistic regression", "a neuron with a sigmoid, its loss"),
        ("002 two classes", "from a number to log-loss"),
        ("002 three classes", "from numbers to cross-entropy"),
        ("002 outlook", "what the course names: recurrent networks, embeddings, attention"),
        ("002 dropout", "a layer that switches neurons off"),
        ("002 paralysis", "the sigmoid in deep networks"),
        ("003 §1", "a penalty and training accuracy"),
        ("003 §2", "batch normalisation and the speed of training"),
        ("003 §3", "the loss of an untrained network"),
        .. Parts("003 §4", "parameters of VGG-A", "its receptive field"),
        ("003 §5", "the gradient of X·W"),
        ("004 linearity", "without activation"),
        ("004 activations", "sigmoid, tanh, ReLU and their flaws"),
        ("004 softmax", "from logits to likelihood"),
        ("004 backpropagation", "1 + e^(w₀ + w₁·x)"),
        ("004 gates", "add, copy, multiply, max"),
    ];

    /// <summary>The items that a task's source names: "000 §4.4 а–з; 004 gates".</summary>
    /// <exception cref="FormatException">It is not written that way.</exception>
    public static IEnumerable<string> Of(string source)
    {
        foreach (string part in source.Split("; "))
        {
            Match read = Form().Match(part);
            if (!read.Success) throw new FormatException($"The source '{part}' is not written as '000 §4.4 а–з', '000 §4.4 (classification) а, б' or '004 gates'.");
            string item = read.Groups["item"].Value, letters = read.Groups["letters"].Value;
            if (letters.Length == 0) yield return item;
            foreach (string run in letters.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            {
                for (int i = Letters.IndexOf(run[0], StringComparison.Ordinal); i <= Letters.IndexOf(run[^1], StringComparison.Ordinal); i++) yield return $"{item} {Letters[i]}";
            }
        }
    }

    private static IEnumerable<(string, string)> Parts(string exercise, params string[] about) => about.Select((words, i) => ($"{exercise} {Letters[i]}", words));

    [GeneratedRegex(@"^(?<item>\d{3} (§[\d.]+( \([A-Za-z0-9 ]+\))?|[a-z ]+))( (?<letters>[а-и](–[а-и])?(, [а-и](–[а-и])?)*))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Form();
}
