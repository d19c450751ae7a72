// What goes into explain, check, show and draw: everything that is asked for happens, or it is said why it cannot.

using System.Globalization;
using System.Text.Json;
using Kubik.Optim;

namespace Kubik.Cli.Tests;

public sealed class ExplainInputTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Theory]
    [InlineData("batchnorm | linear 1", "1,2", "1")]
    [InlineData("linear 3 | batchnorm | linear 2", "random 2", "1")]
    [InlineData("resnet18", "3x8x8", null)]
    public void Shapes_are_inferred_as_in_evaluation_where_that_is_asked_for(string net, string input, string? target) =>
        Tool.Run(this.folder, ["explain", net, "--input", input, "--eval", "--part", "forward", .. target is null ? (string[])[] : ["--target", target]]).Fine();

    [Fact]
    public void One_sample_for_batch_norm_in_training_is_told_how_to_go_on()
    {
        Said said = Tool.Run(this.folder, "explain", "batchnorm | linear 1", "--input", "1,2", "--target", "1").Refused("two values or more a channel", "Add --eval", "--data");
        Assert.DoesNotContain("Eval()", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_language_model_takes_the_next_word_at_each_place()
    {
        string[] words = ["explain", "embedding 5 4 | positions 3 | transformer 2 4 causal=true | linear 5", "--input", "1,2,3"];
        string said = Tool.Run(this.folder, [.. words, "--target", "2,3,4", "--part", "forward"]).Fine().Out;
        foreach (string line in (string[])["t = [2  3  4]", "ℓ[1] = −ln(", "L = mean(ℓ)"]) Assert.Contains(line, said, StringComparison.Ordinal);
        Tool.Run(this.folder, [.. words, "--target", "2,3,5"]).Refused("no class 5", "5 of them, 0 to 4");
        JsonElement target = Tool.Run(this.folder, "explain", "gpt", "--input", "random 6", "--target", "random", "--part", "forward", "--json").Fine().Json.GetProperty("steps").EnumerateArray()
            .Single(s => s.GetProperty("phase").GetString() == "loss").GetProperty("inputs").EnumerateArray().Last().GetProperty("shape");
        Assert.Equal([1, 6], target.EnumerateArray().Select(n => n.GetInt32()));
    }

    [Fact]
    public void A_loss_with_two_outputs_for_a_number_takes_one_target()
    {
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--target", "1.5", "--loss", "gaussian-nll").Fine();
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--target", "random", "--loss", "gaussian-nll").Fine();
        Tool.Run(this.folder, "check", "linear 2", "--input", "2", "--loss", "gaussian-nll").Fine();
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--target", "1.5,2", "--loss", "gaussian-nll").Refused("two outputs for each number", "give 1 number, not 2");
    }

    [Theory]
    [InlineData("kl", "0")]
    [InlineData("hinge-embedding", "1")]
    public void A_class_is_offered_only_to_a_loss_that_takes_one(string loss, string target)
    {
        Said said = Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--target", target, "--loss", loss)
            .Refused("has 1 number", "give 2", "takes no class");
        Assert.DoesNotContain("the right class", said.Error, StringComparison.Ordinal);
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--target", "0.5").Refused("give 2, or the number of the right class, 0 to 1");
    }

    // Whole numbers, one for each sample, are labels; as many as there are outputs are numbers.
    [Theory]
    [InlineData("bce", "onehot(t)", "0,1,1")]
    [InlineData("binary-focal", "onehot(t)", "0,1,1")]
    [InlineData("hinge", "2·onehot(t) − 1", "-1,1,1")]
    [InlineData("soft-margin", "2·onehot(t) − 1", "-1,1,1")]
    [InlineData("dice", "onehot(t)", "0,1,1")]
    [InlineData("jaccard", "onehot(t)", "0,1,1")]
    [InlineData("mse", "onehot(t)", "0,1,5")]
    public void A_label_is_taken_where_the_loss_takes_labels_and_numbers_where_numbers_are_given(string loss, string letters, string numbers)
    {
        string[] words = ["explain", "linear 3", "--input", "1,2", "--loss", loss, "--target"];
        string said = Tool.Run(this.folder, [.. words, "1"]).Fine().Out;
        Assert.Contains("t = [1]", said, StringComparison.Ordinal);
        Assert.Contains(letters, said, StringComparison.Ordinal);
        Assert.DoesNotContain("permute", said, StringComparison.Ordinal); // rows of labels stand as they are compared
        Assert.DoesNotContain("onehot", Tool.Run(this.folder, [.. words, numbers]).Fine().Out, StringComparison.Ordinal);
        Tool.Run(this.folder, [.. words, "random"]).Fine();
        Tool.Run(this.folder, [.. words, "3"]).Refused("3");
    }

    [Fact]
    public void A_detection_takes_a_box_and_a_class()
    {
        string[] words = ["explain", "linear 7", "--input", "1,-2,0.5", "--loss", "detection 3", "--target"];
        Assert.Contains("t = [0  0  1  1.37  2]", Tool.Run(this.folder, [.. words, "0,0,1,1.37,2"]).Fine().Out, StringComparison.Ordinal);
        Tool.Run(this.folder, [.. words, "random"]).Fine();
        Tool.Run(this.folder, [.. words, "1,2,3,4,5,6,7"]).Refused("detection takes targets (1, 5)", "give 5 numbers, not 7");
        Tool.Run(this.folder, [.. words, "0,0,1,1,3"]).Refused("says class 3, but classes are whole numbers from 0 to 2.");
        Tool.Run(this.folder, [.. words, "0,0,1,1,0.5"]).Refused("says class 0.5");
    }

    [Fact]
    public void A_loss_for_other_outputs_says_what_it_takes()
    {
        Tool.Run(this.folder, "explain", "linear 3", "--input", "1,2", "--target", "1", "--loss", "box-iou").Refused("must be boxes (…, 4)");
        Tool.Run(this.folder, "explain", "linear 3", "--input", "1,2", "--target", "1,2", "--loss", "nll").Refused("give the number of the right class, 0 to 2.");
    }

    // The second table gets what the first one gives.
    [Fact]
    public void What_cannot_be_looked_up_is_told_with_its_layer()
    {
        const string Net = "embedding 5 3 | embedding 4 2";
        string[] words = ["in layer 1 (embedding 4 2): a table of 4 rows takes whole numbers from 0 to 3; got"];
        Tool.Run(this.folder, "explain", Net, "--input", "1,2").Refused(words);
        Tool.Run(this.folder, "check", Net, "--input", "2").Refused(words);
    }

    [Fact]
    public void One_number_where_more_are_needed_is_told_from_so_many_random_ones()
    {
        Said said = Tool.Run(this.folder, "explain", "rmsnorm | glu | maxout 2", "--input", "8").Refused("8 is one number", "--input \"random 8\"");
        Assert.DoesNotContain("1x1", said.Error, StringComparison.Ordinal);
        Tool.Run(this.folder, "explain", "lstm 2", "--input", "0.5").Refused("--input \"1x1: 0.5\"");
    }

    [Fact]
    public void Without_a_rate_an_update_has_that_of_the_optimizers_class()
    {
        foreach (OptimizerTable rule in OptimizerTable.All.Where(o => o.Name != "lbfgs"))
        {
            string[] words = ["explain", "linear 1", "--input", "1", "--target", "0", "--optimizer", rule.Name, "--part", "update"];
            string said = Tool.Run(this.folder, words).Fine().Out;
            Type made = OptimizerTable.Parse(rule.Name, new(1, Schedule.Constant)).GetType();
            double usual = made.GetConstructors().SelectMany(c => c.GetParameters()).Where(p => p.Name == "learningRate")
                .Select(p => p.DefaultValue).OfType<double>().Single();
            Assert.True(usual == 1 || said.Contains(usual.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), $"{rule.Name}, {usual}:\n{said}");
        }
    }

    [Theory]
    [InlineData("linear -3", "'-3' is not a value for OUTPUTS, which is a whole number without a sign, up to 2147483647")]
    [InlineData("linear x", "'x' is not a value for OUTPUTS, which is a whole number")]
    [InlineData("linear 99999999999", "up to 2147483647")]
    [InlineData("conv 2 3x3 pad=-1", "'-1' is not a value for pad, which is a whole number without a sign")]
    [InlineData("conv 2 3x3 stride=x", "'x' is not a value for stride, which is a whole number without a sign")]
    [InlineData("dropout x", "which is a number, such as 0.5")]
    public void A_value_that_is_none_is_told_from_one(string net, string words) => Tool.Run(this.folder, "show", net).Refused(words);

    [Theory]
    [InlineData("1x3x3: 1,2,3; 4,5,6; 7,8,9", 1, 1, 3, 3)]
    [InlineData("1,2;3,4", 1, 2, 2)]
    [InlineData("1,2", 1, 2)]
    [InlineData("3x2", 1, 3, 2)]
    public void A_sample_is_typed_without_the_batch(string input, params int[] shape)
    {
        JsonElement x = Tool.Run(this.folder, "explain", "relu", "--input", input, "--json").Fine().Json.GetProperty("steps")[0].GetProperty("inputs")[0];
        Assert.Equal(shape, x.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()));
    }

    [Theory]
    [InlineData("--input 1,2 --target 5", "no class 5", "0 to 1")]
    [InlineData("--input 1,,2", "a number is missing in '1,,2' of --input")]
    [InlineData("--input 1,2;;3,4", "a number is missing")]
    [InlineData("--input 1e200,1", "'1e200' in --input is too large", "float32")]
    [InlineData("--input 1e400,1", "'1e400' in --input is too large", "float32")]
    [InlineData("--input 1e-300,1", "'1e-300' in --input is too small", "write 0")]
    [InlineData("--input 1e-46,1", "'1e-46' in --input is too small")]
    [InlineData("--input 16777217,1", "'16777217' in --input is too long", "16777216", "seven digits")]
    [InlineData("--input 1,2 --target 0.5,123456789", "'123456789' in --target is too long", "123456790")]
    [InlineData("--input 1,2 --weights 0.bias=1e-46", "'1e-46' in --weights is too small")]
    [InlineData("--input 1x2x2:1,2,3", "a sample of 1x2x2 has 4 numbers", "has 3")]
    [InlineData("--input 1,2 --target 1,2 --loss cross-entropy", "probabilities", "1 together")]
    [InlineData("--input 1,2 --loss mse", "--loss mse", "--target")]
    [InlineData("--input 1,2 --optimizer sgd", "--target")]
    [InlineData("--input 1,2 --target 1 --lr 0.1", "--optimizer")]
    [InlineData("--input 1,2 --target 1 --batch 5", "--batch 5", "than there are: 1")]
    [InlineData("--input 1,2 --focus 9", "--focus 9", "(1, 2)")]
    [InlineData("--input 1,2 --focus 1,,2", "--focus", "1,,2")]
    [InlineData("--input 1,2 -o x.pdf", "'x.pdf'", ".html")]
    [InlineData("--input 1,2 -o x.log", "'x.log'", "--format")]
    [InlineData("--input 1,2 -o x.html --format latex", "'x.html' ends like html", "latex")]
    [InlineData("--input 1,2 --json --format html", "--json", "--format html")]
    [InlineData("--input 1,2 --json --lang ru", "--lang")]
    [InlineData("--input 1,2 --weights none.json", "none.json: there is no such file")]
    [InlineData("--input none.npy", "none.npy: there is no such file")]
    [InlineData("--input none.csv", "none.csv: there is no such file")]
    [InlineData("--input 1,2 --weights 0.wieght=1", "no parameter '0.wieght'. Did you mean '0.weight'? It has 0.weight")]
    [InlineData("--data 1:2,,2:3", "--data")]
    [InlineData("--input 1,2 --target 0 --optimizer sgd --steps 1000000", "--steps takes a whole number from 1 to 10000, not '1000000'")]
    public void What_makes_no_sense_is_refused_and_nothing_is_written(string line, params string[] words)
    {
        Tool.Run(this.folder, ["explain", "linear 2", .. line.Split(' ')]).Refused(words);
        Assert.Empty(Directory.EnumerateFileSystemEntries(this.folder.Path));
    }

    [Theory]
    [InlineData("0.1,-2.5", 0.1, -2.5)]
    [InlineData("16777216,1e30", 16777216.0, 1e30)]
    [InlineData("1e-38,3.4028235e38", 1e-38, 3.4028235e38)]
    [InlineData("1234.567,0.000012345678901", 1234.567, 1.2345679e-5)]
    public void Numbers_are_taken_as_they_are_written_to_seven_digits(string input, params double[] x)
    {
        JsonElement given = Tool.Run(this.folder, "explain", "relu", "--input", input, "--json").Fine().Json.GetProperty("steps")[0].GetProperty("inputs")[0];
        Assert.Equal(x, given.GetProperty("values").EnumerateArray().Select(n => n.GetDouble()));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("check")]
    [InlineData("explain --input 1,2")]
    [InlineData("predict", "1.png")]
    [InlineData("eval --data iris")]
    [InlineData("draw -o x.svg")]
    public void A_model_that_is_not_there_is_not_to_be_created(string verb, params string[] more)
    {
        string[] words = verb.Split(' ');
        Said said = Tool.Run(this.folder, [words[0], "nosuchrun/model.safetensors", .. more, .. words[1..]])
            .Refused("nosuchrun/model.safetensors: there is no such file: its folder", "does not exist.");
        Assert.DoesNotContain("create", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lstm 3", "1,2", "but the target has 2 numbers; give 12, 4 rows of 3; or", "the right class at each place, 4 whole numbers from 0 to 2", "3 from 0 to 3 where")]
    [InlineData("transformer 2 6", "1", "give 16, 4 rows of 4; or", "the right class at each place, 4 whole numbers from 0 to 3")]
    [InlineData("embedding 5 4 | linear 5", "1,2,3", "for cross-entropy 16 whole numbers from 0 to 4")]
    public void A_sequence_is_told_how_many_targets_it_takes(string net, string target, params string[] words) =>
        Tool.Run(this.folder, "explain", net, "--input", net.StartsWith("embedding", StringComparison.Ordinal) ? "random 16" : "4x4", "--target", target).Refused(words);

    [Fact]
    public void An_option_without_its_value_has_its_name_in_the_message()
    {
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--out", "").Refused("--out");
        Tool.Run(this.folder, "calc", "x", "--at", " ").Refused("--at");
        Tool.Run(this.folder, "draw", "lenet", "-o", "").Refused("-o");
    }

    [Fact]
    public void Pictures_are_what_their_ending_says()
    {
        Tool.Run(this.folder, "draw", "lenet", "-o", "x.png").Refused("-o takes", ".svg", "'x.png'");
        Tool.Run(this.folder, "calc", "x", "--at", "x=1", "--svg", "x.pdf").Refused("--svg takes", ".svg");
        Tool.Run(this.folder, "formula", "max(0, x)", "--svg", "x.png").Refused("--svg takes", ".svg");
        Tool.Run(this.folder, "data", "digits", "--out", "x.jpg").Refused("--out takes", ".png");
        Assert.Empty(Directory.EnumerateFileSystemEntries(this.folder.Path));
    }

    [Theory]
    [InlineData("show|linear 0", "outputs must be 1 or more, not 0")]
    [InlineData("show|embedding 0 3", "vocabulary must be 1 or more, not 0")]
    [InlineData("show|linear 3|--input|100000000000000", "100000000000000 is too large")]
    [InlineData("show|linear 1000000000|--input|1000000000", "shape (1000000000, 1000000000)")]
    [InlineData("show|--list|losses|--input|3", "--list", "--input")]
    [InlineData("show|--bricks|--list|losses", "--bricks", "--list losses")]
    public void Messages_are_about_what_was_typed(string line, params string[] words)
    {
        Said said = Tool.Run(this.folder, line.Split('|')).Refused(words);
        Assert.DoesNotContain("greater than", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(4, ", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_brick_with_the_name_of_a_network_is_told_how_it_is_meant()
    {
        foreach (string[] line in (string[][])[["explain", "softmax", "--input", "1,2,3"], ["draw", "softmax", "-o", "s.svg"]])
        {
            string note = Tool.Run(this.folder, line).Fine().Error, brick = note.Split('"')[3];
            Assert.Contains("flatten | linear 10", note, StringComparison.Ordinal);
            Said said = Tool.Run(this.folder, [line[0], brick, .. line[2..]]).Fine();
            Assert.Empty(said.Error);
            if (line[0] == "explain") Assert.Contains("y = softmax((1, 2, 3)) ≈ (0.09, 0.2447, 0.6652)", said.Out, StringComparison.Ordinal);
        }
    }

    // A network whose ReLUs are all 0 has no gradients to show.
    [Fact]
    public void The_first_example_of_the_page_lives()
    {
        string page = Tool.Run(this.folder, "explain", "--help").Fine().Out;
        string example = page.Split('\n').First(l => l.StartsWith("  kubik explain \"", StringComparison.Ordinal)).Trim();
        string[] words = ["explain", example.Split('"')[1], .. example.Split('"')[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        JsonElement relu = Tool.Run(this.folder, [.. words, "--json"]).Fine().Json.GetProperty("steps").EnumerateArray().First(s => s.GetProperty("op").GetString() == "relu");
        double[] values = [.. relu.GetProperty("output").GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
        Assert.Contains(values, v => v > 0);
        Assert.Contains(values, v => v == 0);
        Assert.Contains("--target 2,3,4", page, StringComparison.Ordinal);
        Assert.Contains("random", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_gives_no_gradient_though_the_loss_depends_on_what_is_before_it()
    {
        string said = Tool.Run(this.folder, "check", "linear 2 | step | linear 1", "--input", "3").Fine().Out;
        Assert.Contains("or changes with them by jumps alone (step, sign, round, argmax)", said, StringComparison.Ordinal);
        Assert.Matches(@"0\.weight .* no gradient\r?\n", said);
        Assert.Matches(@"2\.weight .* right\r?\n", said);
    }

    [Theory]
    [InlineData("embedding 10 4 | attention 2 | linear 2", "5", "1.key.bias")]
    [InlineData("conv 2 3x3 | batchnorm | relu | flatten | linear 2", "1x5x5", "0.bias")]
    public void A_gradient_that_is_0_but_for_rounding_is_said_to_be(string net, string input, string path)
    {
        string[] lines = Tool.Run(this.folder, "check", net, "--input", input).Fine().Out.Split('\n');
        string row = lines.First(l => l.StartsWith(path + " ", StringComparison.Ordinal));
        Assert.Matches("(≈ 0|  0)  .*(≈ 0|  0)  right", row);
        Assert.Contains(lines, l => l.StartsWith($"{path}: its gradient is 0 but for rounding.", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\d[eE][-−+]\d", string.Join('\n', lines));
    }

    [Fact]
    public void A_table_of_layers_cuts_nothing_off()
    {
        string said = Tool.Run(this.folder, "show", "gpt").Fine().Out;
        Assert.DoesNotContain("…", said, StringComparison.Ordinal);
        Assert.All(said.Split('\n'), l => Assert.InRange(l.TrimEnd('\r').Length, 0, 130));
        Assert.DoesNotContain("total", Tool.Run(this.folder, "show", "conv 4 9x9", "--input", "1x5x5").Refused("9x9").Out, StringComparison.Ordinal);
        Assert.Contains("1×1 / 0.5", Tool.Run(this.folder, "show", "upsample 2", "--input", "1x5x5").Fine().Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear 9", "10", "99 parameters, 396 B in float32")]
    [InlineData("linear 11", "8", "99 parameters, 396 B in float32")]
    [InlineData("linear 100", "10", "1 100 parameters, 4.3 KB in float32")]
    [InlineData("linear 1000", "255", "256 000 parameters, 0.977 MB in float32")]
    [InlineData("linear 1", "3", "4 parameters, 16 B in float32")]
    public void Bytes_have_three_digits(string net, string input, string says) => Assert.Contains(says, Tool.Run(this.folder, "show", net, "--input", input).Fine().Out, StringComparison.Ordinal);

    [Fact]
    public void ResNet_50_is_what_the_paper_has()
    {
        Said said = Tool.Run(this.folder, "show", "resnet50", "--json").Fine();
        Assert.Equal(25_557_032, said.Json.GetProperty("parameters").GetInt64());
        Assert.Equal(4.09, Math.Round(said.Json.GetProperty("macs").GetInt64() / 1e9, 2));
        Assert.Contains("97.5 MB in float32", said.Out, StringComparison.Ordinal);
    }
}
