// The header of a .npy file: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }. A recursive-descent reader
// for exactly the Python literals that NumPy writes there: texts, True and False, tuples of whole numbers.

using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Kubik.IO;

/// <summary>What the header of a .npy file says.</summary>
/// <param name="Type">Kind and width, such as "f4".</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="FortranOrder">Whether the first index runs fastest.</param>
/// <param name="Shape">The shape.</param>
internal sealed record NpyHeader(string Type, bool BigEndian, bool FortranOrder, Shape Shape)
{
    private const int MaxBytes = 1 << 16; // NumPy itself refuses headers over 10 000
    private const int Alignment = 64;
    private const int SpareDigits = 21; // NumPy leaves room for the first size to grow in place

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The bytes before the elements, as NumPy writes them.</summary>
    public static byte[] Make(TensorSpec spec)
    {
        string type = spec.DType switch
        {
            DType.Float64 => "<f8",
            DType.Float32 => "<f4",
            DType.Float16 => "<f2",
            DType.Int64 => "<i8",
            DType.Int32 => "<i4",
            DType.UInt8 => "|u1",
            DType.Bool => "|b1",
            DType.BFloat16 => throw new ShapeException("npy: NumPy has no bfloat16; convert the tensor with Cast(DType.Float32), or save it as safetensors."),
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.DType, "not a DType"),
        };
        StringBuilder text = new($"{{'descr': '{type}', 'fortran_order': False, 'shape': {spec.Shape}, }}");
        if (spec.Shape.Rank > 0) text.Append(' ', SpareDigits - $"{spec.Shape[0]}".Length);
        int before = Magic.Length + 4;
        while ((before + text.Length + 1) % Alignment != 0) text.Append(' ');
        text.Append('\n');
        byte[] bytes = new byte[before + text.Length];
        Magic.CopyTo(bytes);
        bytes[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(Magic.Length + 2), (ushort)text.Length);
        Encoding.ASCII.GetBytes(text.ToString(), bytes.AsSpan(before));
        return bytes;
    }

    /// <summary>Reads the bytes before the elements.</summary>
    public static NpyHeader Read(ByteSource source)
    {
        byte[] start = source.Take(Magic.Length + 2, "the magic number");
        if (!start.AsSpan().StartsWith(Magic))
            throw source.Error($"the first bytes are {Convert.ToHexString(start, 0, Magic.Length)}, not 934E554D5059 (\\x93NUMPY). This is not a .npy file.");
        int version = start[Magic.Length];
        if (version is < 1 or > 3)
            throw source.Error($"it is of format version {version}.{start[Magic.Length + 1]}; Kubik reads 1 to 3.");
        byte[] length = source.Take(version == 1 ? 2 : 4, "the length of the header");
        long bytes = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (bytes > MaxBytes)
            throw source.Error($"the header should take {bytes} bytes; at most {MaxBytes} are allowed. The file is damaged.");
        byte[] text = source.Take(bytes, "the header");
        return new Parser(source, version == 3 ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text)).Header();
    }

    private sealed class Parser(ByteSource source, string text)
    {
        private int at;

        public NpyHeader Header()
        {
            string? type = null;
            bool? fortran = null;
            Shape? shape = null;
            this.Expect('{');
            while (!this.Skip('}'))
            {
                string key = this.Text();
                this.Expect(':');
                switch (key)
                {
                    case "descr" when type is null:
                        type = this.Type();
                        break;
                    case "fortran_order" when fortran is null:
                        fortran = this.Truth();
                        break;
                    case "shape" when shape is null:
                        shape = this.Sizes();
                        break;
                    default:
                        throw this.Error($"the key '{key}' is unknown or occurs twice");
                }
                if (this.Skip('}')) break;
                this.Expect(',');
            }
            if (this.Peek() != '\0' || this.at < text.Length) throw this.Error("something follows after the closing brace");
            if (type is null || fortran is null || shape is null) throw this.Error("one of descr, fortran_order and shape is missing");
            bool big = type[0] == '>' || (type[0] == '=' && !BitConverter.IsLittleEndian);
            return new NpyHeader(type.TrimStart('<', '>', '|', '='), big, fortran.Value, shape.Value);
        }

        private string Type()
        {
            if (this.Peek() is '[' or '(')
                throw source.Error("it holds records of several fields (a structured dtype). Kubik reads plain arrays; save each field on its own: "
                    + "np.save(file, x['field']).");
            string type = this.Text();
            string plain = type.TrimStart('<', '>', '|', '=');
            return plain.Length > 0 && type.Length - plain.Length <= 1 ? type : throw this.Error($"'{type}' is not an element type");
        }

        private Shape Sizes()
        {
            List<long> sizes = [];
            this.Expect('(');
            while (!this.Skip(')'))
            {
                sizes.Add(this.Number());
                if (sizes.Count > 2 * Shape.MaxRank) break;
                if (this.Skip(')'))
                {
                    if (sizes.Count == 1) throw this.Error("'(n)' is a number in Python, not a shape; a shape of one axis is '(n,)'");
                    break;
                }
                this.Expect(',');
            }
            return TensorBytes.ShapeOf(source, [.. sizes], "the header");
        }

        private long Number()
        {
            this.Peek();
            int start = this.at;
            while (this.at < text.Length && char.IsAsciiDigit(text[this.at])) this.at++;
            if (!long.TryParse(text.AsSpan(start, this.at - start), CultureInfo.InvariantCulture, out long number))
                throw this.Error("a size is not a whole number");
            if (this.at < text.Length && text[this.at] == 'L') this.at++; // Python 2 wrote long integers as 3L
            return number;
        }

        private bool Truth()
        {
            this.Peek();
            foreach (bool value in (ReadOnlySpan<bool>)[true, false])
            {
                string word = value ? "True" : "False";
                if (string.CompareOrdinal(text, this.at, word, 0, word.Length) != 0) continue;
                this.at += word.Length;
                return value;
            }
            throw this.Error("fortran_order is neither True nor False");
        }

        private string Text()
        {
            char quote = this.Peek();
            int end = quote is '\'' or '"' ? text.IndexOf(quote, this.at + 1) : -1;
            if (end < 0) throw this.Error("a text in quotes is missing");
            string inside = text[(this.at + 1)..end];
            this.at = end + 1;
            return inside;
        }

        private char Peek()
        {
            while (this.at < text.Length && text[this.at] is ' ' or '\n' or '\t') this.at++;
            return this.at < text.Length ? text[this.at] : '\0';
        }

        private bool Skip(char c)
        {
            if (this.Peek() != c || this.at == text.Length) return false;
            this.at++;
            return true;
        }

        private void Expect(char c)
        {
            if (!this.Skip(c)) throw this.Error($"'{c}' is missing");
        }

        private DataFileException Error(string problem) =>
            source.Error($"the header cannot be read: {problem} at character {this.at} of {Shown(text)}. The file is damaged.");

        private static string Shown(string text)
        {
            const int Most = 120;
            return text.Length > Most ? text[..Most] + "…" : text.TrimEnd();
        }
    }
}
