// Splits text into records. It holds one record at a time: its characters without the quotes, and where each field
// ends. Runs without special characters are found by vectorised search, so the speed is that of decoding the text.

using System.Buffers;
using System.Text;

namespace Kubik.IO;

/// <summary>Walks the records of a CSV file.</summary>
internal sealed class CsvReader : IDisposable
{
    private const int MaxRecordChars = 1 << 24; // an unclosed quote must not swallow a file of gigabytes
    private const int MaxFields = 1 << 20;
    private const int FirstBuffer = 1 << 14;

    private readonly StreamReader text;
    private readonly SearchValues<char> plainEnds;
    private readonly char separator;
    private char[] buffer = new char[FirstBuffer];
    private int at, filled;
    private char[] chars = new char[256];
    private int charCount;
    private int[] ends = new int[16];
    private int nextLine = 1;

    public CsvReader(ByteSource source, CsvOptions options)
    {
        this.Source = source;
        this.Options = options;
        // Bytes that are no UTF-8 are an error: a replacement character would be a wrong category later.
        this.text = new StreamReader(source, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
            detectEncodingFromByteOrderMarks: true, FirstBuffer, leaveOpen: true);
        this.separator = options.Separator ?? this.DetectSeparator(options.SkipRecords);
        if (this.separator is '"' or '\r' or '\n' or '\0')
            throw new ArgumentException("A quote, a line end or NUL cannot separate fields.", nameof(options));
        this.plainEnds = SearchValues.Create([this.separator, '"', '\r', '\n', '\0']);
        for (int i = 0; i < options.SkipRecords; i++) this.Next();
    }

    public ByteSource Source { get; }

    public CsvOptions Options { get; }

    /// <summary>The line that the record begins in, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The number of fields of the record.</summary>
    public int Count { get; private set; }

    /// <summary>All characters of the record's fields, one field after the other.</summary>
    public ReadOnlySpan<char> Chars => this.chars.AsSpan(0, this.charCount);

    /// <summary>Where each field ends in <see cref="Chars"/>.</summary>
    public ReadOnlySpan<int> Ends => this.ends.AsSpan(0, this.Count);

    /// <summary>One field of the record.</summary>
    public ReadOnlySpan<char> this[int field] => this.chars.AsSpan((field == 0 ? 0 : this.ends[field - 1])..this.ends[field]);

    /// <summary>Reads the next record; false at the end of the file.</summary>
    public bool Next()
    {
        while (this.Peek() is '\r' or '\n') this.EndLine();
        if (this.Peek() < 0) return false;
        this.Line = this.nextLine;
        this.Count = this.charCount = 0;
        while (true)
        {
            if (this.Peek() == '"') this.ReadQuoted();
            else this.ReadPlain();
            this.EndField();
            int next = this.Peek();
            if (next == this.separator)
            {
                this.at++;
                continue;
            }
            if (next >= 0) this.EndLine();
            return true;
        }
    }

    public void Dispose() => this.text.Dispose();

    private void ReadPlain()
    {
        while (this.Peek() >= 0)
        {
            ReadOnlySpan<char> rest = this.buffer.AsSpan(this.at..this.filled);
            int end = rest.IndexOfAny(this.plainEnds);
            this.Keep(end < 0 ? rest : rest[..end]);
            if (end < 0) continue;
            if (rest[end] == '"')
                throw this.Error(this.nextLine, "a quote stands in the middle of a field; put the whole field in quotes and double the quotes inside");
            if (rest[end] == '\0') throw this.Binary();
            return;
        }
    }

    private void ReadQuoted()
    {
        int opened = this.nextLine;
        this.at++;
        while (this.Peek() >= 0)
        {
            ReadOnlySpan<char> rest = this.buffer.AsSpan(this.at..this.filled);
            int end = rest.IndexOfAny('"', '\0');
            ReadOnlySpan<char> run = end < 0 ? rest : rest[..end];
            this.nextLine += run.Count('\n');
            this.Keep(run);
            if (end < 0) continue;
            if (rest[end] == '\0') throw this.Binary();
            this.at++;
            int next = this.Peek();
            if (next == '"')
            {
                this.Keep("\""); // a doubled quote is one; Keep steps over the second
                continue;
            }
            if (next < 0 || next == this.separator || next is '\r' or '\n') return;
            throw this.Error(this.nextLine,
                $"'{(char)next}' follows a closing quote; a quoted field ends at a separator or a line end, and quotes inside it are doubled");
        }
        throw this.Error(opened, "the quote that opens here is never closed");
    }

    // Takes characters over into the record and steps over as many in the buffer.
    private void Keep(ReadOnlySpan<char> run)
    {
        this.at += run.Length;
        int needed = this.charCount + run.Length;
        if (needed > MaxRecordChars)
            throw this.Error(this.Line, $"the record is longer than {MaxRecordChars} characters; is a closing quote missing, or is this not a CSV file?");
        if (needed > this.chars.Length) Array.Resize(ref this.chars, Math.Max(needed, 2 * this.chars.Length));
        run.CopyTo(this.chars.AsSpan(this.charCount));
        this.charCount = needed;
    }

    private void EndField()
    {
        if (this.Count == MaxFields)
            throw this.Error(this.Line, $"the record has more than {MaxFields} fields");
        if (this.Count == this.ends.Length) Array.Resize(ref this.ends, 2 * this.Count);
        this.ends[this.Count++] = this.charCount;
    }

    private void EndLine()
    {
        bool carriageReturn = this.Peek() == '\r';
        this.at++;
        this.nextLine++;
        if (carriageReturn && this.Peek() == '\n') this.at++;
    }

    private int Peek()
    {
        if (this.at < this.filled) return this.buffer[this.at];
        this.at = 0;
        this.filled = this.Decode(this.buffer);
        return this.filled > 0 ? this.buffer[0] : -1;
    }

    private int Decode(Span<char> into)
    {
        try
        {
            return this.text.Read(into);
        }
        catch (DecoderFallbackException e)
        {
            throw this.Error(this.nextLine, "bytes on this line or soon after are not UTF-8 text; save the file as UTF-8", e);
        }
        catch (ArgumentException e)
        {
            // A decoder that met broken surrogates at the very end of its buffer.
            throw this.Error(this.nextLine, "the text is damaged", e);
        }
    }

    // Looks at the first line that counts without consuming it. What stands in quotes does not count.
    private char DetectSeparator(int skipLines)
    {
        int commas = 0, semicolons = 0, tabs = 0;
        bool quoted = false, empty = true;
        for (int i = 0; this.Look(i); i++)
        {
            char c = this.buffer[i];
            if (!quoted && c is ('\n' or '\r'))
            {
                if (empty) continue;
                if (skipLines-- == 0) break;
                commas = semicolons = tabs = 0;
                empty = true;
                continue;
            }
            empty = false;
            if (c == '"') quoted = !quoted;
            else if (quoted) continue;
            else if (c == ',') commas++;
            else if (c == ';') semicolons++;
            else if (c == '\t') tabs++;
        }
        if (semicolons > commas && semicolons >= tabs) return ';';
        return tabs > commas ? '\t' : ',';
    }

    // Makes sure that a character of the beginning is in the buffer.
    private bool Look(int index)
    {
        const int MostLooked = 1 << 20;
        if (index < this.filled) return true;
        if (index >= MostLooked) return false;
        if (index == this.buffer.Length) Array.Resize(ref this.buffer, 2 * index);
        this.filled += this.Decode(this.buffer.AsSpan(index));
        return index < this.filled;
    }

    private DataFileException Binary() =>
        this.Error(this.nextLine, "there is a NUL character; this is not a text file");

    private DataFileException Error(int line, string problem, Exception? cause = null) =>
        this.Source.Error($"line {line}: {problem}.", cause);
}
