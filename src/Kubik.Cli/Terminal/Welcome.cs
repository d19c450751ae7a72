namespace Kubik.Cli.Terminal;

/// <summary>What <c>kubik</c> alone says.</summary>
internal static class Welcome
{
    public static string Page()
    {
        string kubik = Tool.Name;
        return $"""
            Kubik: neural networks in C# that you can see through.

            Usage: {kubik} VERB [options]

              train     train a network; with nothing else, LeNet-5 on MNIST
              eval      loss and accuracy of a trained network on data
              predict   what a trained network says about pictures, rows or arrays
              show      the layers of a network: shapes, parameters, cost, memory, what they see
              check     whether the gradients of a network are right
              data      the data sets that are there, and a look into one
              formula   a formula or a network as text, LaTeX and picture
              calc      a formula's value and derivatives, step by step
              diff      derivatives of matrix formulas, checked on random matrices
              explain   a training step as a worked solution: forward, backward, update
              draw      a network as a picture, or its computation graph
              bench     how fast training steps are on this machine

            Begin with:
              {kubik} train                      under a minute, 99 % right
              {kubik} train --data iris          a table instead of pictures, a second
              {kubik} show lenet                 what is in the network
              {kubik} VERB --help                options and examples of a verb

            --version prints the version. Exit codes: 0 fine, 2 wrong input, 130 and 143 a training
            that was interrupted; 1 when check or diff find that something is wrong.

            """;
    }
}
