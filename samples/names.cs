#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
// A language model of letters: it reads the names of the chemical elements and then makes up new ones.
// Embedding, LSTM with its state carried along, truncated backpropagation, drawing with a temperature.
// Run it:  dotnet run -c Release samples/names.cs [-- TEMPERATURE]

using System.Globalization;
using Kubik;
using Kubik.Nn;
using Kubik.Optim;

string[] names =
    ("hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium aluminium silicon phosphorus sulfur chlorine "
    + "argon potassium calcium scandium titanium vanadium chromium manganese iron cobalt nickel copper zinc gallium germanium arsenic selenium "
    + "bromine krypton rubidium strontium yttrium zirconium niobium molybdenum technetium ruthenium rhodium palladium silver cadmium indium tin "
    + "antimony tellurium iodine xenon caesium barium lanthanum cerium praseodymium neodymium promethium samarium europium gadolinium terbium "
    + "dysprosium holmium erbium thulium ytterbium lutetium hafnium tantalum tungsten rhenium osmium iridium platinum gold mercury thallium lead "
    + "bismuth polonium astatine radon francium radium actinium thorium protactinium uranium neptunium plutonium americium curium berkelium "
    + "californium einsteinium fermium mendelevium nobelium lawrencium rutherfordium dubnium seaborgium bohrium hassium meitnerium darmstadtium "
    + "roentgenium copernicium nihonium flerovium moscovium livermorium tennessine oganesson").Split(' ');
const string Letters = " abcdefghijklmnopqrstuvwxyz"; // the blank ends a name and begins the next
const int Streams = 8, Steps = 12, Epochs = 20;
double temperature = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 0.7;

RandomSource.Default = new RandomSource(seed: 1);
RandomStream random = RandomSource.Default.NextStream();
NameModel net = new(Letters.Length);
CrossEntropy loss = new();
Adam optimizer = new(0.01) { ClipNorm = 1, Schedule = Schedule.Cosine };
double mean = 0;

for (int epoch = 0; epoch < Epochs; epoch++)
{
    // All names in a new order as one text, cut into streams that are read side by side, a few letters at a time.
    string text = " " + string.Join(' ', random.Permutation(names.Length).Select(i => names[i])) + " ";
    int length = (text.Length - 1) / Streams;
    Tensor all = Tensor.From([.. text[..(length * Streams + 1)].Select(c => (long)Letters.IndexOf(c, StringComparison.Ordinal))]);
    Tensor read = all[..^1].Reshape([Streams, length]), next = all[1..].Reshape([Streams, length]); // (B, L)
    LstmState? state = null;
    List<double> losses = [];
    for (int at = 0; at + Steps <= length; at += Steps)
    {
        (Tensor logits, state) = net.Run(read[.., at..(at + Steps)], state); // (B, T, 27)
        Tensor error = loss.Of(logits.Reshape([Streams * Steps, Letters.Length]), next[.., at..(at + Steps)].Reshape([Streams * Steps]));
        optimizer.Step(error, net, progress: (double)epoch / Epochs);
        state = state.Detach(); // its values go on, gradients end here
        losses.Add(error.Item());
    }
    mean = losses.Average();
    if (epoch % 5 == 4) Console.WriteLine($"epoch {epoch + 1}/{Epochs}  {mean / Math.Log(2):F2} bits a letter");
}

net.Eval();
string[] drawn = [.. Enumerable.Range(0, 30).Select(_ => Draw())];
Console.WriteLine($"at temperature {temperature}: {string.Join(' ', drawn.Where(name => !names.Contains(name)).Distinct())}");
Console.WriteLine($"{drawn.Count(names.Contains)} of {drawn.Length} were the names of elements");
return mean / Math.Log(2) < 2.5 && drawn.All(name => name.Length > 0) ? 0 : 1;

// A letter at a time: each is drawn by its probability and read next. A low temperature takes the likeliest.
string Draw()
{
    string name = "";
    long letter = 0;
    LstmState? state = null;
    while (name.Length < 20)
    {
        (Tensor logits, state) = net.Run(Tensor.Of(letter).Reshape([1, 1]), state?.Detach()); // (1, 1, 27)
        letter = (long)random.Categorical(logits[0, 0].Detach() / temperature);
        if (letter == 0 && name.Length > 0) break;
        if (letter > 0) name += Letters[(int)letter];
    }
    return name;
}

/// <summary>Letters (B, T) and a state to logits of the letters after them (B, T, N) and the state there.</summary>
internal sealed class NameModel(int letters) : Module
{
    private readonly Embedding embedding = new(letters, 16);
    private readonly Lstm lstm = new(64, forgetBias: 1);
    private readonly Linear output = new(letters);

    public (Tensor Logits, LstmState State) Run(Tensor x, LstmState? state) => this.Within(x, () =>
    {
        (Tensor h, LstmState end) = lstm.Run(embedding.Forward(x), state);
        return (output.Forward(h), end);
    });

    protected override Tensor Compute(Tensor x) => this.Run(x, state: null).Logits;
}
