// C# looks for an operator in the types of its operands before it converts them, so that of two parameters, or a
// parameter and a number, has to stand here. With a tensor on one side the tensor's own operators serve.

namespace Kubik;

public sealed partial class Parameter
{
    /// <summary>−w, element by element.</summary>
    public static Tensor operator -(Parameter w) => -w.Value;

    /// <summary>a + b, element by element, with broadcasting.</summary>
    public static Tensor operator +(Parameter a, Parameter b) => a.Value + b.Value;

    /// <summary>a + b, element by element; the number takes the parameter's type.</summary>
    public static Tensor operator +(Parameter a, double b) => a.Value + b;

    /// <summary>a + b, element by element; the number takes the parameter's type.</summary>
    public static Tensor operator +(double a, Parameter b) => a + b.Value;

    /// <summary>a − b, element by element, with broadcasting.</summary>
    public static Tensor operator -(Parameter a, Parameter b) => a.Value - b.Value;

    /// <summary>a − b, element by element; the number takes the parameter's type.</summary>
    public static Tensor operator -(Parameter a, double b) => a.Value - b;

    /// <summary>a − b, element by element; the number takes the parameter's type.</summary>
    public static Tensor operator -(double a, Parameter b) => a - b.Value;

    /// <summary>a · b, element by element, with broadcasting.</summary>
    public static Tensor operator *(Parameter a, Parameter b) => a.Value * b.Value;

    /// <summary>a · b, element by element; the number takes the parameter's type.</summary>
    public static Tensor operator *(Parameter a, double b) => a.Value * b;

    /// <summary>a · b, element by element; the number takes the parameter's type.</summary>
    public static Tensor operator *(double a, Parameter b) => a * b.Value;

    /// <summary>a / b, element by element, with broadcasting.</summary>
    public static Tensor operator /(Parameter a, Parameter b) => a.Value / b.Value;

    /// <summary>a / b, element by element; the number takes the parameter's type.</summary>
    public static Tensor operator /(Parameter a, double b) => a.Value / b;

    /// <summary>a / b, element by element; the number takes the parameter's type.</summary>
    public static Tensor operator /(double a, Parameter b) => a / b.Value;
}
