// CSV after RFC 4180; the golden files are written by Python's csv module in make_io.py.

using System.IO.Compression;
using System.Text;
using Kubik.IO;

namespace Kubik.Tests.IO;

public sealed class CsvTests
{
    private static readonly string[][] Rows = // make_io.py
    [
        ["plain", "no quotes", "1"],
        ["comma", "a,b", "-2.5"],
        ["quote", "say \"hi\"", "3e2"],
        ["lines", "first\nsecond\r\nthird", "4"],
        ["empty", "", "5"],
        ["Ünïcødé", "日本 🙂", "6"],
        ["space", "  kept  ", "7"],
    ];

    [Theory]
    [InlineData("excel.csv")] // commas, CRLF
    [InlineData("excel_tab.csv")] // tabs
    [InlineData("unix_all_quoted.csv")] // LF, everything in quotes
    [InlineData("semicolon_bom.csv")] // semicolons, byte order mark
    [InlineData("utf16.csv")] // UTF-16 with byte order mark
    [InlineData("zipped_without_saying_so.csv")]
    public void Pythons_files_are_read(string name)
    {
        byte[] bytes = File.ReadAllBytes(Files.Golden("csv", name));
        foreach (CsvTable table in (CsvTable[])[Csv.Load(Files.Golden("csv", name)), Csv.Load(new DripStream(bytes, 1))])
        {
            Assert.Equal(["name", "note", "x"], table.Header);
            Assert.Equal(Rows, Enumerable.Range(0, table.RowCount).Select(r => Enumerable.Range(0, 3).Select(c => table[r, c]).ToArray()));
            Assert.Equal([1, -2.5, 300, 4, 5, 6, 7], table["x"].ToNumbers());
        }
    }

    [Fact]
    public void Rows_know_the_line_they_begin_in()
    {
        CsvTable table = Csv.Load(Files.Golden("csv", "excel.csv"));
        Assert.Equal([2, 3, 4, 5, 8, 9, 10], Enumerable.Range(0, table.RowCount).Select(table.Line)); // row 3 takes three lines
    }

    // RFC 4180, section 2, rules 1 to 7; fields joined by "|", records by "/".
    [Theory]
    [InlineData("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "aaa|bbb|ccc/zzz|yyy|xxx")]
    [InlineData("aaa,bbb,ccc\r\nzzz,yyy,xxx", "aaa|bbb|ccc/zzz|yyy|xxx")]
    [InlineData("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", "aaa|bbb|ccc/zzz|yyy|xxx")]
    [InlineData("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", "aaa|b\r\nbb|ccc/zzz|yyy|xxx")]
    [InlineData("\"aaa\",\"b\"\"bb\",\"ccc\"", "aaa|b\"bb|ccc")]
    [InlineData("\"\"\"\"", "\"")]
    [InlineData("a,,c\n,,\n", "a||c/||")]
    [InlineData("a\rb\rc", "a/b/c")]
    [InlineData("\n\r\na\n\n\r\nb\n\n", "a/b")]
    [InlineData("a\n\"\"\nb", "a//b")]
    [InlineData("a,b,", "a|b|")]
    [InlineData("", "")]
    public void Records_are_split_as_the_RFC_says(string text, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("x.csv"), text);
        IEnumerable<string> records = Csv.Records(folder.File("x.csv")).Select(r => string.Join('|', r.Fields));
        Assert.Equal(expected, string.Join('/', records));
    }

    [Theory]
    [InlineData("a,b\n1;x,2", "a|b")]
    [InlineData("a;b,c;d\n1;2,3;4", "a|b,c|d")]
    [InlineData("a\tb;c\td\n1\t2\t3", "a|b;c|d")]
    [InlineData("\"x;y;z\",b\n1,2", "x;y;z|b")]
    [InlineData("\r\n\r\na;b\n1;2", "a|b")]
    [InlineData("only\n1;2;3", "only")] // one column: what later lines hold says nothing
    public void The_separator_is_the_one_the_first_line_uses_most(string text, string header)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("x.csv"), text);
        Assert.Equal(header, string.Join('|', Csv.Records(folder.File("x.csv")).First().Fields));
    }

    [Fact]
    public void Options_set_the_separator_skip_records_and_do_without_header()
    {
        CsvTable table = Csv.Parse("3,4,from,a,paper\n1|2\n3|4\n", options: new CsvOptions { Separator = '|', SkipRecords = 1, HasHeader = false });
        Assert.Equal(["column 1", "column 2"], table.Header);
        Assert.Equal([1, 3], table["column 1"].ToNumbers());
        // The separator is then the one of the first line that counts.
        Assert.Equal([6], Csv.Parse("1,2,3\nx;y\n5;6", options: new CsvOptions { SkipRecords = 1 })["y"].ToNumbers());
    }

    [Fact]
    public void The_data_sets_of_the_repository_are_read()
    {
        CsvTable digits = Csv.Load(Path.Combine(Files.Repository, "data", "digits.csv.gz"), new CsvOptions { HasHeader = false });
        Assert.Equal((1797, 65), (digits.RowCount, digits.ColumnCount));
        Assert.Equal(0, digits.Columns[64].ToNumbers()[0]);
        CsvTable iris = Csv.Load(Path.Combine(Files.Repository, "data", "iris.csv"), new CsvOptions { HasHeader = false, SkipRecords = 1 });
        Assert.Equal((150, 5), (iris.RowCount, iris.ColumnCount));
        Assert.Equal([5.1, 3.5, 1.4, 0.2, 0], iris.Columns.Select(c => c.ToNumbers()[0]));
    }

    // ---- columns -----------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("1;-2.5;+3e-2; 4 ;.5;1e308", CsvColumnKind.Numbers, -1, -1)]
    [InlineData("1;;3", CsvColumnKind.Numbers, 1, -1)]
    [InlineData("1;NA;3", CsvColumnKind.Numbers, 1, -1)]
    [InlineData("?;1", CsvColumnKind.Numbers, 0, -1)]
    [InlineData("1;nan", CsvColumnKind.Numbers, 1, -1)]
    [InlineData("1;2;x", CsvColumnKind.Text, -1, 2)]
    [InlineData("1;1.5.2", CsvColumnKind.Text, -1, 1)]
    [InlineData("1;0x10", CsvColumnKind.Text, -1, 1)]
    [InlineData("1;1,5", CsvColumnKind.Text, -1, 1)] // a decimal comma is not guessed at
    [InlineData("NA;BE", CsvColumnKind.Text, -1, 1)] // countries
    [InlineData("BE;;DE", CsvColumnKind.Text, 1, 0)]
    [InlineData(";NA", CsvColumnKind.Empty, 0, -1)]
    public void A_column_is_numbers_or_text(string cells, CsvColumnKind kind, int firstMissing, int firstText)
    {
        string text = "c,other\n" + string.Concat(cells.Split(';').Select(c => $"\"{c}\",1\n"));
        CsvColumn column = Csv.Parse(text)["c"];
        Assert.Equal((kind, firstMissing, firstText), (column.Kind, column.FirstMissingRow, column.FirstTextRow));
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("NA", "missing")]
    [InlineData("NaN", "missing")]
    [InlineData("abc", "'abc' is not a number")]
    [InlineData("1,5", "write 1.5")]
    [InlineData("1e999", "finite")]
    [InlineData("Infinity", "finite")]
    public void A_cell_that_is_no_number_is_named_by_row_line_and_column(string cell, string mention)
    {
        CsvTable table = Csv.Parse($"name,age\n\"two\nlines\",1\nb,\"{cell}\"\n", "people.csv");
        Files.Refuses(() => table["age"].ToNumbers(), "people.csv", "row 2 (line 4)", "column 'age'", mention);
    }

    [Fact]
    public void Texts_and_categories()
    {
        CsvColumn column = Csv.Parse("c\nb\na\nb\n")["c"];
        Assert.Equal(["b", "a", "b"], column.ToTexts());
        Assert.Equal(["a", "b"], column.Categories());
        Files.Refuses(() => Csv.Parse("c,d\nb,1\n,2\n")["c"].ToTexts(), "row 2 (line 3)", "column 'c'", "missing");
    }

    [Fact]
    public void Names_are_given_where_they_are_missing_and_must_differ()
    {
        Assert.Equal(["column 1", "a", "column 3"], Csv.Parse(", a ,\n0,1,2").Header);
        Assert.Equal(["0", "1", "2"], Csv.Parse("0,1,2\n7,8,9").Header); // as pandas writes them
        Files.Refuses(() => Csv.Parse("a,b,a\n1,2,3"), "columns 1 and 3", "'a'");
        Files.Refuses(() => _ = Csv.Parse("a,b\n1,2")["c"], "no column 'c'", "'a', 'b'");
    }

    // ---- bad files ---------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("", "no records")]
    [InlineData("\n\n", "no records")]
    [InlineData("5.1,3.5,1.4\n4.9,3.0,1.4\n", "looks like data")]
    [InlineData("a,b\n1,2,3\n", "line 2: the record has 3 fields where 2 are expected")]
    [InlineData("a,b\n1,2\n3\n", "line 3: the record has 1 fields where 2")]
    [InlineData("a,b\n\"1,2\n3,4\n", "line 2: the quote that opens here is never closed")]
    [InlineData("a,b\n1,2\"3\"\n", "line 2: a quote stands in the middle")]
    [InlineData("a,b\n1,\"2\"3\n", "line 2: '3' follows a closing quote")]
    [InlineData("a,b\n1,2\0\n", "NUL")]
    [InlineData("a,b\n1,\"2\0\"\n", "NUL")]
    public void A_bad_file_is_refused_with_its_line(string text, string mention) =>
        Files.Refuses(() => Csv.Parse(text, "bad.csv"), "bad.csv", mention);

    [Fact]
    public void Text_that_is_not_UTF8_is_refused() =>
        Files.Refuses(() => Csv.Load(new MemoryStream([.. "a,b\n1,"u8, 0xE4, .. "\n"u8])), "UTF-8");

    [Fact]
    public void A_field_without_end_is_refused_before_it_fills_the_memory()
    {
        byte[] bomb = Files.Written(s =>
        {
            using GZipStream zip = new(s, CompressionLevel.Optimal, leaveOpen: true);
            zip.Write("a,b\n1,\""u8);
            byte[] block = new byte[1 << 20];
            block.AsSpan().Fill((byte)'x');
            for (int i = 0; i < 64; i++) zip.Write(block);
        });
        long before = GC.GetAllocatedBytesForCurrentThread();
        Files.Refuses(() => Csv.Load(new MemoryStream(bomb)), "line 2", "longer than");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100 << 20);
    }

    [Fact]
    public void A_gzip_file_cut_anywhere_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(Files.Golden("csv", "zipped_without_saying_so.csv"));
        for (int length = 2; length < bytes.Length; length++)
            Assert.Throws<DataFileException>(() => Csv.Load(new MemoryStream(bytes[..length])));
    }

    [Fact]
    public void A_file_is_opened_when_its_records_are_walked_and_closed_after()
    {
        using TemporaryFolder folder = new();
        IEnumerable<CsvRecord> records = Csv.Records(folder.File("x.csv"));
        Files.Refuses(() => _ = records.First(), "no such file");
        File.WriteAllText(folder.File("x.csv"), "a\n1\n2\n");
        _ = records.First();
        File.Delete(folder.File("x.csv"));
    }

    // ---- writing -----------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    public void What_is_written_is_read_back(char separator)
    {
        using TemporaryFolder folder = new();
        Csv.Save(folder.File("x.csv"), ["name", "note", "x"], Rows, separator);
        CsvTable table = Csv.Load(folder.File("x.csv"));
        Assert.Equal(Rows, Enumerable.Range(0, table.RowCount).Select(r => Enumerable.Range(0, 3).Select(c => table[r, c]).ToArray()));
    }

    [Fact]
    public void Fields_are_quoted_only_where_they_must_be()
    {
        StringWriter text = new();
        Csv.Write(text, ["a", "b"], [["1", "x y"], ["2,5", "say \"hi\""], ["", "two\nlines"]]);
        Assert.Equal("a,b\n1,x y\n\"2,5\",\"say \"\"hi\"\"\"\n,\"two\nlines\"\n", text.ToString());
    }

    [Fact]
    public void A_lone_empty_field_is_no_empty_line()
    {
        StringWriter text = new();
        Csv.Write(text, ["a"], [["x"], [""], ["y"]]);
        Assert.Equal(3, Csv.Parse(text.ToString()).RowCount);
    }

    [Fact]
    public void Rows_are_as_long_as_the_header() =>
        Assert.Contains("Row 2", Assert.Throws<ArgumentException>(() => Csv.Write(TextWriter.Null, ["a", "b"], [["1", "2"], ["3"]])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Any_texts_survive_a_round_trip()
    {
        Random random = new(11);
        const string Alphabet = "ab,;\t\"\n\r é🙂'";
        for (int n = 0; n < 300; n++)
        {
            int columns = random.Next(1, 5);
            string[][] rows = [.. Enumerable.Range(0, random.Next(6)).Select(_ => Enumerable.Range(0, columns).Select(_ => Text()).ToArray())];
            StringWriter text = new();
            Csv.Write(text, [.. Enumerable.Range(0, columns).Select(i => "c" + i)], rows);
            CsvTable table = Csv.Parse(text.ToString());
            Assert.Equal(rows, Enumerable.Range(0, table.RowCount).Select(r => Enumerable.Range(0, columns).Select(c => table[r, c]).ToArray()));
        }

        string Text()
        {
            Rune[] runes = [.. Alphabet.EnumerateRunes()];
            return string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => runes[random.Next(runes.Length)].ToString()));
        }
    }
}
