// What the results of the engine are compared with: arrays the slow way. Every element is a double and is reached by
// its full index, so there are no strides, tiles, types or threads that could be wrong in the same way as the engine's.

namespace Kubik.Tests.Ops;

/// <summary>Sizes and numbers.</summary>
public sealed class Naive
{
    public Naive(int[] shape, double[] values)
    {
        Assert.Equal(shape.Aggregate(1, (a, b) => a * b), values.Length);
        this.Shape = shape;
        this.Values = values;
    }

    public int[] Shape { get; }

    public double[] Values { get; }

    public int Rank => this.Shape.Length;

    public double this[params int[] index]
    {
        get => this.Values[Flat(this.Shape, index)];
        set => this.Values[Flat(this.Shape, index)] = value;
    }

    public static Naive Of(Tensor x) => new([.. x.Shape], x.ToDoubles());

    public static Naive Zeros(params int[] shape) => new(shape, new double[shape.Aggregate(1, (a, b) => a * b)]);

    /// <summary>An array from the value at each index.</summary>
    public static Naive Build(int[] shape, Func<int[], double> value) => new(shape, [.. Indices(shape).Select(value)]);

    /// <summary>Every index of a shape, the last axis fastest.</summary>
    public static IEnumerable<int[]> Indices(int[] shape)
    {
        if (shape.Contains(0)) yield break;
        int[] index = new int[shape.Length];
        while (true)
        {
            yield return (int[])index.Clone();
            int axis = shape.Length - 1;
            while (axis >= 0 && ++index[axis] == shape[axis]) index[axis--] = 0;
            if (axis < 0) yield break;
        }
    }

    public Naive Map(Func<double, double> f) => new(this.Shape, [.. this.Values.Select(f)]);

    /// <summary>f of two arrays that broadcast: aligned at the last axis, size 1 repeats.</summary>
    public static Naive Zip(Naive a, Naive b, Func<double, double, double> f) =>
        Build(Common(a.Shape, b.Shape), i => f(a.Repeated(i), b.Repeated(i)));

    /// <summary>The element at an index of a shape that this one broadcasts to.</summary>
    public double Repeated(int[] index)
    {
        int[] own = index[^this.Rank..];
        for (int i = 0; i < own.Length; i++) own[i] = this.Shape[i] == 1 ? 0 : own[i];
        return this[own];
    }

    /// <summary>The shape that two shapes broadcast to.</summary>
    public static int[] Common(int[] a, int[] b)
    {
        int[] common = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= common.Length; i++)
        {
            int p = i <= a.Length ? a[^i] : 1, q = i <= b.Length ? b[^i] : 1;
            Assert.True(p == q || p == 1 || q == 1);
            common[^i] = p == 1 ? q : p;
        }
        return common;
    }

    /// <summary>Folds axes into one number each; the axes are dropped or stay with size 1.</summary>
    public Naive Fold(int[] axes, bool keep, double start, Func<double, double, double> f)
    {
        int[] kept = [.. this.Shape.Select((size, axis) => axes.Contains(axis) ? 1 : size)];
        Naive y = Build(kept, _ => start);
        foreach (int[] index in Indices(this.Shape))
        {
            int[] to = [.. index.Select((i, axis) => axes.Contains(axis) ? 0 : i)];
            y[to] = f(y[to], this[index]);
        }
        return keep ? y : new Naive([.. kept.Where((_, axis) => !axes.Contains(axis))], y.Values);
    }

    /// <summary>Makes one number of all elements that agree in the other axes; the axes are dropped or stay with size 1.</summary>
    public Naive Lines(int[] axes, bool keep, Func<double[], double> f)
    {
        int[] kept = [.. this.Shape.Select((size, axis) => axes.Contains(axis) ? 1 : size)];
        ILookup<int, double> lines = Indices(this.Shape).ToLookup(i => Flat(kept, [.. i.Select((at, axis) => axes.Contains(axis) ? 0 : at)]), i => this[i]);
        Naive y = Build(kept, to => f([.. lines[Flat(kept, to)]]));
        return keep ? y : new Naive([.. kept.Where((_, axis) => !axes.Contains(axis))], y.Values);
    }

    /// <summary>Makes another line, of so many elements, of each line along an axis.</summary>
    public Naive Along(int axis, int length, Func<double[], double[]> f)
    {
        int[] shape = Set(this.Shape, axis, length);
        Naive y = Zeros(shape);
        foreach (int[] index in Indices(Set(this.Shape, axis, 1)))
        {
            double[] line = f([.. Enumerable.Range(0, this.Shape[axis]).Select(k => this[Set(index, axis, k)])]);
            Assert.Equal(length, line.Length);
            for (int k = 0; k < length; k++) y[Set(index, axis, k)] = line[k];
        }
        return y;
    }

    /// <summary>The index with one entry changed.</summary>
    public static int[] Set(int[] index, int axis, int value)
    {
        int[] changed = (int[])index.Clone();
        changed[axis] = value;
        return changed;
    }

    private static int Flat(int[] shape, int[] index)
    {
        Assert.Equal(shape.Length, index.Length);
        int flat = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            Assert.InRange(index[i], 0, shape[i] - 1);
            flat = flat * shape[i] + index[i];
        }
        return flat;
    }
}
