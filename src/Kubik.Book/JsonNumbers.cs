using System.Text.Json;

namespace Kubik.Book;

/// <summary>Tensors as nested lists.</summary>
internal static class JsonNumbers
{
    public static void Write(Utf8JsonWriter json, Tensor value)
    {
        if (value.Rank == 0)
        {
            double x = value.Item();
            if (double.IsFinite(x)) json.WriteNumberValue(x);
            else json.WriteStringValue(double.IsNaN(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity");
            return;
        }
        json.WriteStartArray();
        for (int i = 0; i < value.Shape[0]; i++) Write(json, value[i]);
        json.WriteEndArray();
    }
}
