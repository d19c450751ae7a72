namespace Kubik.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("help")]
    public void Alone_it_says_what_there_is(params string[] words)
    {
        string page = Tool.Run(this.folder, words).Fine().Out;
        foreach (string verb in (string[])["train", "eval", "predict", "show", "check", "data", "formula", "calc", "diff", "explain", "draw", "bench"]) Assert.Contains($"\n  {verb} ", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "[NET]|--data|--target|--epochs|--batch|--lr|--optimizer|adamw decay=0.05|show --bricks|--clip|--patience|lbfgs|--schedule|one-cycle|--loss|--seed|--val|--out|--resume|--quiet|--json")]
    [InlineData("eval", "MODEL|--data|--json")]
    [InlineData("predict", "MODEL|FILE|--json")]
    [InlineData("show", "NET|MODEL|--input|--bricks|--list|--json")]
    [InlineData("check", "NET|MODEL|--data|--input|--loss|--json")]
    [InlineData("formula", "EXPR|--net|--numbers|--share|--table|--svg|--json")]
    [InlineData("calc", "EXPR|--at|--steps|--svg|--json")]
    [InlineData("diff", "EXPR|--by|--shape|--json")]
    [InlineData("explain", "NET|MODEL|--input|--target|--data|--loss|--optimizer|--lr|--steps|--batch|--weights|--part|--focus|--format|--out|--lang|--json")]
    [InlineData("draw", "NET|MODEL|--input|--graph|--json")]
    [InlineData("data", "[NAME]|--json")]
    [InlineData("bench", "NAME|vgg_a|--vs|torch|--threads|--seconds|--eager|--profile|--json")]
    public void Every_verb_has_a_page_with_an_example(string verb, string mentioned)
    {
        string page = Tool.Run(this.folder, verb, "--help").Fine().Out;
        foreach (string word in mentioned.Split('|')) Assert.Contains(word, page, StringComparison.Ordinal);
        Assert.Contains("Example", page, StringComparison.Ordinal);
        Assert.Contains($"\n  kubik {verb}", page, StringComparison.Ordinal);
        Assert.Equal(page, Tool.Run(this.folder, "help", verb).Fine().Out);
    }

    [Fact]
    public void An_option_of_an_optimizer_that_is_wrong_says_why()
    {
        Tool.Run(this.folder, "train", "--optimizer", "adamw dekay=0.05").Refused("there is no option 'dekay'", "Did you mean 'decay'?", "adamw [beta1=0.9]");
        Tool.Run(this.folder, "train", "--optimizer", "adamw decay=x").Refused("'x' is not a value for decay");
        Tool.Run(this.folder, "train", "--optimizer", "momentum momentum=2").Refused("momentum");
    }

    [Fact]
    public void It_knows_its_version() => Assert.Matches(@"^kubik \d+\.\d+\.\d+", Tool.Run(this.folder, "--version").Fine().Out);

    [Theory]
    [InlineData("trian", "there is no verb 'trian'", "Did you mean 'train'?")]
    [InlineData("--json", "'--json' stands where a verb is expected", "train")]
    [InlineData("train --epcohs 3", "there is no option '--epcohs'", "Did you mean '--epochs'?")]
    [InlineData("eval model --dat mnist", "there is no option '--dat'", "Did you mean '--data'?")]
    [InlineData("train lenett", "there is no network 'lenett'", "Did you mean 'lenet'?")]
    [InlineData("train --data minst", "minst", "Did you mean 'mnist'?")]
    [InlineData("data irsi", "irsi", "Did you mean 'iris'?")]
    [InlineData("train --optimizer adm", "there is no optimizer 'adm'", "Did you mean 'adam'?")]
    [InlineData("train --schedule cosin", "there is no schedule 'cosin'", "Did you mean 'cosine'?")]
    [InlineData("train --schedule step", "STEPS is missing", "step STEPS FACTOR")]
    [InlineData("train --loss mes", "there is no loss 'mes'", "Did you mean 'mse'?")]
    [InlineData("show linaer", "there is no network 'linaer'", "linear")]
    [InlineData("train --epochs many", "--epochs", "'many'")]
    [InlineData("train --epochs 0", "--epochs", "'0'")]
    [InlineData("train --batch -5", "--batch", "'-5'")]
    [InlineData("train --lr nan", "--lr", "'nan'")]
    [InlineData("train --lr", "--lr", "missing")]
    [InlineData("train --seed x", "--seed", "'x'")]
    [InlineData("train --val 1", "--val", "'1'")]
    [InlineData("train mlp mlp", "'mlp'", "too many")]
    [InlineData("eval", "MODEL", "missing")]
    [InlineData("eval m", "--data is missing", "--data mnist")]
    [InlineData("predict m", "FILE", "missing")]
    [InlineData("show lenet --input 1xtwo", "'1xtwo' is not a shape", "1x28x28")]
    [InlineData("show lenet --input 5xx3", "'5xx3' is not a shape", "a size is missing")]
    [InlineData("show", "NET or MODEL", "missing", "--bricks")]
    [InlineData("show --bricks dense", "'dense'", "Did you mean 'linear'?")]
    [InlineData("show --list bicks", "no list 'bicks'", "Did you mean 'bricks'?")]
    [InlineData("show conv2d", "no network 'conv2d'", "Did you mean the brick 'conv'?")]
    [InlineData("train --loss ce", "there is no loss 'ce'", "Did you mean 'cross-entropy'?")]
    [InlineData("train --clip 0", "--clip", "'0'")]
    [InlineData("train --patience 3", "--patience", "--val 0.1")]
    [InlineData("train --optimizer lbfgs --clip 1", "lbfgs", "clipping")]
    [InlineData("train --resume nowhere", "--resume", "nowhere")]
    [InlineData("bench lnet", "there is no workload 'lnet'", "Did you mean 'lenet'?")]
    [InlineData("bench tiny --vs tensorflow", "--vs takes torch", "'tensorflow'")]
    [InlineData("bench tiny --threads 0", "--threads", "'0'")]
    [InlineData("bench tiny --seconds 0", "--seconds", "'0'")]
    [InlineData("bench --profile lnet", "there is no workload 'lnet'", "Did you mean 'lenet'?")]
    [InlineData("bench tiny --profile lenet", "--profile", "leave")]
    [InlineData("bench --on tiny", "there is no option '--on'")]
    [InlineData("train --data moby-dick", "moby-dick", "text")]
    public void A_slip_is_told_with_what_was_meant(string line, params string[] words) =>
        Assert.Empty(Tool.Run(this.folder, line.Split(' ')).Refused(words).Out);

    [Theory]
    [InlineData("conv 6 5x5 | rleu", "there is no brick 'rleu'", "Did you mean 'relu'?")]
    [InlineData("conv2d 6 5x5", "there is no brick 'conv2d'", "Did you mean 'conv'?")]
    [InlineData("fc 10", "there is no brick 'fc'", "Did you mean 'linear'?")]
    [InlineData("conv 6 5x5 padd=2", "there is no option 'padd'", "Did you mean 'pad'?")]
    [InlineData("linear", "OUTPUTS is missing", "linear OUTPUTS")]
    [InlineData("linear 10 | | relu", "empty place", "relu")]
    [InlineData("dropout 2", "probability", "dropout")]
    public void A_network_that_cannot_be_read_says_why(string net, params string[] words)
    {
        Tool.Run(this.folder, "show", net).Refused(words);
        Tool.Run(this.folder, "train", net).Refused(words);
        Assert.Empty(Directory.EnumerateFileSystemEntries(this.folder.Path));
    }
}
