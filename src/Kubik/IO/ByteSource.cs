// What every reader reads from: a stream that knows its name, turns failures of the stream below into DataFileException,
// and hands out no memory for bytes that are not there. When the length is known a claim is checked against it at
// once; when it is not (a pipe, a gzip stream) buffers grow only as fast as bytes arrive.

namespace Kubik.IO;

/// <summary>A named, forward-only stream of bytes for the readers of files.</summary>
internal sealed class ByteSource : ForwardStream
{
    private const int FirstStep = 1 << 16;

    private readonly Stream stream;
    private readonly bool ownsStream;
    private long? remaining;

    private ByteSource(Stream stream, string name, bool ownsStream)
    {
        this.stream = stream;
        this.ownsStream = ownsStream;
        this.Name = name;
        this.remaining = stream.CanSeek ? Math.Max(stream.Length - stream.Position, 0) : null;
    }

    /// <summary>The file's path or the caller's word for the stream.</summary>
    public string Name { get; }

    /// <summary>Bytes that are left; null when the stream cannot say.</summary>
    public long? Remaining => this.remaining;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="gunzip">Whether content that begins like gzip is decompressed on the way.</param>
    public static ByteSource Open(string path, bool gunzip = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Stream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, FirstStep, FileOptions.SequentialScan);
            return new ByteSource(gunzip ? Gzip.Unwrap(file, leaveOpen: false) : file, path, ownsStream: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            file?.Dispose();
            throw DataFileException.From(path, "read", e);
        }
    }

    /// <summary>Reads from a stream of the caller's, from where it stands, and leaves it open.</summary>
    public static ByteSource Of(Stream stream, string name, bool gunzip = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead) throw new ArgumentException($"The stream '{name}' cannot be read.", nameof(stream));
        try
        {
            Stream unwrapped = gunzip ? Gzip.Unwrap(stream, leaveOpen: true) : stream;
            return new ByteSource(unwrapped, name, ownsStream: !ReferenceEquals(unwrapped, stream));
        }
        catch (IOException e)
        {
            throw DataFileException.From(name, "read", e);
        }
    }

    /// <summary>Reads some bytes; 0 at the end.</summary>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            int count = this.stream.Read(buffer);
            this.remaining -= count;
            return count;
        }
        catch (Exception e) when (e is InvalidDataException || e.GetType().Namespace == "System.IO.Compression") // its ZLibException is not public
        {
            throw new DataFileException(this.Name, "the compressed data is damaged or cut short; get the file again.", e);
        }
        catch (Exception e) when (e is (IOException and not DataFileException) or UnauthorizedAccessException)
        {
            throw DataFileException.From(this.Name, "read", e);
        }
    }

    /// <summary>Reads until the buffer is full.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="what">What the bytes are, for the message: "the header".</param>
    /// <exception cref="DataFileException">The file ends before.</exception>
    public void Fill(Span<byte> buffer, string what)
    {
        int got = 0;
        while (got < buffer.Length)
        {
            int count = this.Read(buffer[got..]);
            if (count == 0)
                throw this.Error($"the file ends inside {what}: {got} of {buffer.Length} bytes are there. It is truncated; get it again.");
            got += count;
        }
    }

    /// <summary>Refuses a claim that the file cannot keep, when its length is known.</summary>
    public void Require(long bytes, string what)
    {
        if (this.remaining < bytes)
            throw this.Error($"{what} should take {bytes} bytes but only {this.remaining} are left. The file is truncated or its header is wrong.");
    }

    /// <summary>Reads so many bytes, without trusting that they are there.</summary>
    public byte[] Take(long count, string what)
    {
        this.Require(count, what);
        if (count > Array.MaxLength)
            throw this.Error($"{what} should take {count} bytes, more than the {Array.MaxLength} that Kubik reads at once.");
        byte[] bytes = new byte[this.remaining is null ? Math.Min(count, FirstStep) : count];
        this.Fill(bytes, what);
        while (bytes.Length < count)
        {
            int got = bytes.Length;
            Array.Resize(ref bytes, (int)Math.Min(count, 2L * got));
            this.Fill(bytes.AsSpan(got), what);
        }
        return bytes;
    }

    /// <summary>Refuses bytes after the end of the content.</summary>
    public void ExpectEnd(string what)
    {
        if (this.remaining > 0)
            throw this.Error($"{this.remaining} bytes follow after {what}. The header is wrong or something was appended.");
        Span<byte> one = stackalloc byte[1];
        if (this.Read(one) != 0)
            throw this.Error($"more bytes follow after {what}. The header is wrong or something was appended.");
    }

    /// <summary>An error about this file.</summary>
    public DataFileException Error(string problem, Exception? cause = null) => new(this.Name, problem, cause);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && this.ownsStream) this.stream.Dispose();
        base.Dispose(disposing);
    }
}
