using System.Text.Json;

namespace Kubik.Cli.Tests;

public sealed class DiffTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    // The seeds' derivatives: quadratic forms, least squares, traces, determinants, softmax with log-loss, logistic regression.
    [Theory]
    [InlineData("x'*A*x", "x", "(A + Aᵀ)·x")]
    [InlineData("xᵀ·A·x", "A", "x·xᵀ")]
    [InlineData("norm(A*x+b)^2", "x", "2Aᵀ·(A·x + b)")]
    [InlineData("tr(A*B)", "A", "Bᵀ")]
    [InlineData("ln(det(X))", "X", "(X⁻¹)ᵀ")]
    [InlineData("-t' * ln(softmax(z))", "z", "sum(t)·softmax(z) − t")]
    [InlineData("-sum(ln(1+exp(-y∘(X*w))))", "w", "Xᵀ·(y ∘ sigmoid(−y ∘ (X·w)))")]
    [InlineData("sum(G∘(X*W))", "X", "G·Wᵀ")]
    [InlineData("sum(G∘(X*W))", "W", "Xᵀ·G")]
    [InlineData("norm(X*w-y)^2 + l*norm(w)^2", "w", "2(Xᵀ·(X·w − y) + l·w)")]
    [InlineData("A*x", "x", "A")]
    [InlineData("ln(det(X'*X))", "X", "2X·(Xᵀ·X)⁻¹")]
    [InlineData("norm(X'*X - I)^2", "X", "4(X·Xᵀ·X − X)")]
    public void A_derivative_in_matrix_notation(string formula, string by, string derivative)
    {
        JsonElement said = Tool.Run(this.folder, "diff", formula, "--by", by, "--json").Fine().Json;
        Assert.Equal(["derivative", "latex", "layout", "max_error", "notes"], said.EnumerateObject().Select(p => p.Name));
        Assert.Equal(derivative, said.GetProperty("derivative").GetString());
        Assert.InRange(said.GetProperty("max_error").GetDouble(), 0, 1e-7);
    }

    [Fact]
    public void Softmax_with_log_loss_gives_p_minus_t()
    {
        string said = Tool.Run(this.folder, "diff", "-t' * ln(softmax(z))", "--by", "z").Fine().Out;
        Assert.Contains("∂f/∂z = softmax(z) − t   where sum(t) = 1", said, StringComparison.Ordinal);
        Assert.Contains("Layout: the shape of z", said, StringComparison.Ordinal);
        Assert.Contains("Taken for: t a column of 3, z a column of 3", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_can_be_given()
    {
        Said said = Tool.Run(this.folder, "diff", "norm(A*x+b)^2", "--by", "x", "--shape", "A=5x2, x=2, b=5", "--json").Fine();
        Assert.Contains("2x1", said.Json.GetProperty("layout").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Taken for", said.Out, StringComparison.Ordinal);
        Assert.Contains("row for each output", Tool.Run(this.folder, "diff", "exp(x)", "--by", "x", "--json").Fine().Json.GetProperty("layout").GetString(), StringComparison.Ordinal);
        Assert.Equal("e^x", Tool.Run(this.folder, "diff", "exp(x)", "--by", "x", "--shape", "x=1", "--json").Fine().Json.GetProperty("derivative").GetString());
    }

    [Fact]
    public void What_cannot_be_meant_is_refused()
    {
        Tool.Run(this.folder, "diff", "x'*A*x").Refused("--by is missing");
        Tool.Run(this.folder, "diff", "x'*A*x", "--by", "y").Refused("no variable y", "x, A");
        Tool.Run(this.folder, "diff", "R*I", "--by", "I").Refused("I is the unit matrix", "--shape I=3x3");
        Assert.Contains("∂f/∂I = ", Tool.Run(this.folder, "diff", "sum(R*I)", "--by", "I", "--shape", "I=3x3").Fine().Out, StringComparison.Ordinal);
        Tool.Run(this.folder, "diff", "x'*A*", "--by", "x").Refused("is expected after '*'", "^");
        Tool.Run(this.folder, "diff", "x'*A*x + A", "--by", "A").Refused("derivative in matrix notation");
        Tool.Run(this.folder, "diff", "A*B", "--by", "A").Refused("derivative in matrix notation", "sum(G∘(A·B))");
        Tool.Run(this.folder, "diff", "A*x*A", "--by", "x").Refused("A·x (n, 1) times A (n, m)"); // sizes that nobody gave
        Tool.Run(this.folder, "diff", "x'*A*x", "--by", "x", "--shape", "A=2x3").Refused("must be as many as");
        Tool.Run(this.folder, "diff", "x'*x", "--by", "x", "--shape", "x=0").Refused("'x=0'", "x=3");
        Tool.Run(this.folder, "diff", "x'*x", "--by", "x", "--shape", "z=3").Refused("no variable z");
    }
}
