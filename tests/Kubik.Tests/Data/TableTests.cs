// CSV: numbers stay, names become 0 and 1, the target decides between classes and numbers; and every fault is named by
// row and column.

using Kubik.Data;
using Kubik.IO;

namespace Kubik.Tests.Data;

public sealed class TableTests
{
    private const string People = "age,sex,city,ill\n20,f,Rome,no\n40,m,Oslo,yes\n30,f,Oslo,no\n30,m,Rome,yes\n";

    private static TableDataset Table(string text, TableOptions? options = null) => new(Csv.Parse(text, "t.csv"), options);

    private static string Fault(string text, TableOptions? options = null) => Assert.Throws<DataFileException>(() => Table(text, options)).Message;

    [Fact]
    public void Names_become_one_input_each()
    {
        TableDataset data = Table(People);
        Assert.Equal(["age", "sex=f", "sex=m", "city=Oslo", "city=Rome"], data.Schema.InputNames);
        Assert.Equal([5], data.InputShape);
        Assert.Equal(TargetKind.Classes, data.Kind);
        Assert.Equal(["no", "yes"], data.Classes);
        Assert.Equal(2, data.OutputCount);
        Assert.Equal([0, 1, 0, 1], data.Labels());
        // Age is standardised (mean 30, standard deviation √50), names stay 0 and 1.
        float a = (float)(10 / Math.Sqrt(50));
        Assert.Equal([-a, 1, 0, 0, 1, a, 0, 1, 1, 0], data.Read(0, 1).Input.ToArray<float>());
    }

    [Fact]
    public void The_target_may_be_any_column()
    {
        TableDataset data = Table(People, new TableOptions { Target = "age" });
        Assert.Equal(TargetKind.Numbers, data.Kind);
        Assert.Equal(["age"], data.Targets);
        Assert.Empty(data.Classes);
        Assert.Equal(["sex=f", "sex=m", "city=Oslo", "city=Rome", "ill=no", "ill=yes"], data.Schema.InputNames);
    }

    [Fact]
    public void A_number_to_be_predicted_is_standardised_and_can_be_given_back()
    {
        TableDataset data = Table("x,y\n1,100\n2,300\n3,500\n4,700\n", new TableOptions { Kind = TargetKind.Numbers });
        Tensor y = data.Read(0, 1, 2, 3).Target;
        Assert.Equal(new TensorSpec(DType.Float32, [4, 1]), y.Spec);
        Assert.Equal(0, y.ToDoubles().Average(), 1e-6);
        Assert.Equal(1, y.ToDoubles().Average(v => v * v), 1e-6);
        Assert.All(data.TargetNormalization!.Undo(y).ToArray<float>().Zip([100f, 300f, 500f, 700f]), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Theory]
    [InlineData("a\nb\na\nb", TargetKind.Classes)]
    [InlineData("0\n1\n1\n0", TargetKind.Classes)]
    [InlineData("0.0\n1.0\n1.0\n0.0", TargetKind.Classes)]
    [InlineData("5\n-3\n5\n-3", TargetKind.Classes)]
    [InlineData("0\n1\n2\n3", TargetKind.Numbers)]
    [InlineData("0\n1\n1\n2", TargetKind.Numbers)]
    [InlineData("0.5\n1\n1\n0.5", TargetKind.Numbers)]
    public void The_target_decides_what_is_predicted(string target, TargetKind kind)
    {
        string[] cells = target.Split('\n');
        Assert.Equal(kind, Table("x,y\n" + string.Concat(cells.Select((cell, i) => $"{i},{cell}\n"))).Kind);
    }

    [Fact]
    public void Many_different_whole_numbers_are_not_classes()
    {
        string Rows(int different) => "x,y\n" + string.Concat(Enumerable.Range(0, 4 * different).Select(i => $"{i},{i % different}\n"));
        Assert.Equal(TargetKind.Classes, Table(Rows(TableSchema.MaxNumericClasses)).Kind);
        Assert.Equal(TargetKind.Numbers, Table(Rows(TableSchema.MaxNumericClasses + 1)).Kind);
    }

    [Fact]
    public void The_kind_can_be_forced()
    {
        TableDataset numbers = Table("x,y\n1,0\n2,1\n3,0\n4,1\n", new TableOptions { Kind = TargetKind.Numbers });
        Assert.Equal(TargetKind.Numbers, numbers.Kind);
        TableDataset classes = Table("x,y\n1,10\n2,9\n3,-1\n", new TableOptions { Kind = TargetKind.Classes });
        Assert.Equal(["-1", "9", "10"], classes.Classes);
        Assert.Equal([2, 1, 0], classes.Labels());
        Assert.Contains("row 1 (line 2), column 'y': 'a' is not a number", Fault("x,y\n1,a\n2,b\n", new TableOptions { Kind = TargetKind.Numbers }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_can_be_left_out_or_taken_as_names()
    {
        TableDataset data = Table("id,postcode,y\n1,100,a\n2,200,b\n3,100,a\n", new TableOptions { Ignore = ["id"], Names = ["postcode"] });
        Assert.Equal(["postcode=100", "postcode=200"], data.Schema.InputNames);
        Assert.Equal(3, Table("flat,y\n1,a\n2,b\n1,a\n2,b\n2a,a\n", new TableOptions { Names = ["flat"] }).Schema.Width);
    }

    [Fact]
    public void A_constant_column_does_no_harm()
    {
        TableDataset data = Table("x,c,y\n1,0.1,a\n2,0.1,b\n3,0.1,a\n");
        Assert.Equal(1, data.Normalization.Std[1]);
        Assert.Equal([0f, 0f, 0f], Enumerable.Range(0, 3).Select(i => data.Read(i).Input.ToArray<float>()[1]));
    }

    [Fact]
    public void Digits_beyond_a_float_count()
    {
        TableDataset data = Table("t,y\n1700000000,a\n1700000001,b\n1700000002,a\n");
        Assert.Equal([-1.2247449f, 0f, 1.2247449f], data.Read(0, 1, 2).Input.ToArray<float>());
    }

    [Theory]
    [InlineData("a,b,y\n1,2,u\n1,,v\n", "row 2 (line 3), column 'b': '' is a missing value")]
    [InlineData("a,b,y\n1,2,u\n1,NaN,v\n", "row 2 (line 3), column 'b': 'NaN' is a missing value")]
    [InlineData("a,b,y\n1,1e999,u\n1,2,v\n", "row 1 (line 2), column 'b': '1e999' is not a finite number")]
    [InlineData("a,b,y\n1,u,u\n1,,v\n", "row 2 (line 3), column 'b': '' is missing")]
    [InlineData("a,b,y\n1,u,u\n1,u,\n", "row 2 (line 3), column 'y': '' is missing")]
    [InlineData("a,y\n1,3\n1,?\n", "row 2 (line 3), column 'y': '?' is a missing value")]
    [InlineData("a,y\n", "no rows")]
    [InlineData("y\n1\n2\n", "at least two columns")]
    [InlineData("a,y\n1,5\n2,5\n", "'y', is 5 in every row")]
    [InlineData("a,y\n1,no\n2,no\n", "'y', is no in every row")]
    [InlineData("a,y\n1,2\n3\n", "line 3")]
    [InlineData("a,y\n1,u\n2,v\n3,u\n4,v\n5,u\nx,u\n", "row 6 (line 7), column 'a': 'x' is a text, but 5 of the column's 6 values are numbers")]
    public void Faults_are_named(string text, string expected) => Assert.Contains(expected, Fault(text), StringComparison.Ordinal);

    [Fact]
    public void Unknown_columns_are_named_with_the_nearest()
    {
        Assert.Contains("no column 'ilness'. Did you mean 'illness'?", Fault("age,illness\n1,a\n2,b\n", new TableOptions { Target = "ilness" }),
            StringComparison.Ordinal);
        Assert.Contains("no column 'ide'", Fault("id,a,b\n1,2,a\n1,2,b\n", new TableOptions { Ignore = ["ide"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_names_are_refused()
    {
        string text = "name,y\n" + string.Concat(Enumerable.Range(0, 101).Select(i => $"n{i},{(i % 2 == 0 ? "a" : "b")}\n"));
        Assert.Contains("'name' has 101 different names", Fault(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Scikit_learns_layout_is_understood()
    {
        using TemporaryFolder folder = new();
        string path = folder.Text("two.csv", "4,2,yes,no\n1,2,0\n3,4,1\n5,6,1\n7,8,0\n");
        (Dataset data, _) = Datasets.Open(path);
        Assert.Equal(["yes", "no"], data.Classes);
        Assert.Equal([0, 1, 1, 0], data.Labels());
        Assert.Equal(["x1", "x2"], ((TableDataset)data).Schema.InputNames);
        string lying = folder.Text("lying.csv", "5,2,yes,no\n1,2,0\n3,4,1\n5,6,1\n7,8,0\n");
        Assert.Contains("5 rows, but there are 4", Assert.Throws<DataFileException>(() => Datasets.Open(lying)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_only_resembles_it_is_a_header()
    {
        using TemporaryFolder folder = new();
        (Dataset data, _) = Datasets.Open(folder.Text("a.csv", "2020,2021,2022,kind\n1,2,3,a\n4,5,6,b\n"));
        Assert.Equal(["2020", "2021", "2022"], ((TableDataset)data).Schema.InputNames);
    }
}

public sealed class TableSchemaTests
{
    private static readonly TableSchema People = TableSchema.Infer(Csv.Parse("age,sex,ill\n20,f,0\n40,m,1\n30,f,0\n30,m,1\n", "train.csv"));

    [Fact]
    public void Json_brings_everything_back()
    {
        TableSchema schema =
            TableSchema.Infer(Csv.Parse("\"a \"\"quoted\"\" näme\",b,y\n1,\"x,\n\",0\n2,я,1\n3,я,1\n4,я,0\n"), new TableOptions { Classes = ["нет", "да"] });
        TableSchema back = TableSchema.Parse(schema.ToJson());
        Assert.Equal(schema.InputNames, back.InputNames);
        Assert.Equal(schema.Outputs, back.Outputs);
        Assert.Equal(schema.Target.Values, back.Target.Values);
        Assert.Equal(schema.Kind, back.Kind);
        Assert.Equal(schema.ToJson(), back.ToJson());
        Assert.DoesNotContain('\n', schema.ToJson());
    }

    [Fact]
    public void New_rows_are_encoded_by_name()
    {
        // Another order, a column more, no target.
        Tensor x = People.Encode(Csv.Parse("sex,name,age\nm,Ann,50\nf,Bo,60\n"));
        Assert.Equal([3], x.Shape[1..]);
        Assert.Equal([50f, 0f, 1f, 60f, 1f, 0f], x.ToArray<float>());
    }

    [Fact]
    public void Numbers_written_otherwise_are_the_same_class()
    {
        TableDataset data = new(Csv.Parse("age,sex,ill\n20,f,1.0\n40,m,0.0\n"), People);
        Assert.Equal([1, 0], data.Labels());
    }

    [Theory]
    [InlineData("age\n3\n", "no column 'sex'")]
    [InlineData("age,sec\n3,f\n", "Did you mean 'sec'?")]
    [InlineData("age,sex\n3,x\n", "row 1 (line 2), column 'sex': 'x' is not one of the values this column had in training: 'f', 'm'")]
    [InlineData("age,sex\n3,f\n4,\n", "row 2 (line 3), column 'sex': '' is missing")]
    [InlineData("age,sex\n,f\n", "row 1 (line 2), column 'age': '' is a missing value")]
    [InlineData("age,sex\nold,f\n", "row 1 (line 2), column 'age': 'old' is not a number")]
    [InlineData("age,sex\n", "no rows")]
    public void Rows_that_cannot_be_encoded_are_refused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<DataFileException>(() => People.Encode(Csv.Parse(text, "new.csv"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_class_that_is_new_is_refused() =>
        Assert.Contains("row 1 (line 2), column 'ill': '2'",
            Assert.Throws<DataFileException>(() => new TableDataset(Csv.Parse("age,sex,ill\n20,f,2\n"), People)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"columns\":[],\"target\":{\"name\":\"y\"}}")]
    [InlineData("{\"columns\":[{\"name\":null}],\"target\":{\"name\":\"y\"}}")]
    [InlineData("{\"columns\":[{\"name\":\"x\",\"values\":[]}],\"target\":{\"name\":\"y\"}}")]
    [InlineData("{\"columns\":[{\"name\":\"x\",\"values\":[\"a\",\"a\"]}],\"target\":{\"name\":\"y\"}}")]
    [InlineData("{\"columns\":[{\"name\":\"x\"}],\"target\":{\"name\":\"y\",\"values\":[\"a\"]},\"classes\":[\"b\",\"c\"]}")]
    [InlineData("{\"columns\":7,\"target\":{\"name\":\"y\"}}")]
    public void Damaged_json_is_refused(string json) =>
        Assert.Contains("damaged", Assert.Throws<FormatException>(() => TableSchema.Parse(json)).Message, StringComparison.Ordinal);
}
