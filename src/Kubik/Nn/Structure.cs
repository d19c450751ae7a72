// What a plan was made of: which object stands in which place of a network. Code that was traced knows nothing of a layer
// or a parameter that is put in another's place afterwards, so the places that can change (fields that are not readonly,
// elements of arrays, lists and dictionaries) are compared before every run: a few reads, no look-ups, no allocation.

using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Kubik.Nn;

/// <summary>The modules and parameters of a network as they stand.</summary>
internal sealed class Structure
{
    private readonly List<Place> found = [];
    private readonly Place[] places;
    private readonly Dictionary<object, string> paths = new(ReferenceEqualityComparer.Instance);

    /// <summary>Remembers what stands where.</summary>
    public Structure(Module model)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(string Path, object Item)> open = new([("", model)]);
        while (open.TryPop(out (string Path, object Item) top))
        {
            if (!seen.Add(top.Item)) continue;
            foreach ((string name, object item) in this.Inside(top.Path, top.Item)) open.Push((Module.Below(top.Path, name), item));
        }
        this.places = [.. this.found];
        foreach ((string path, Module module) in model.Modules()) this.paths[module] = path;
        foreach ((string path, Parameter parameter) in model.Parameters()) this.paths[parameter] = path;
    }

    /// <summary>The path of something in whose place another object stands now, such as "hidden.weight"; null when all is as it was.</summary>
    public string? Changed()
    {
        foreach (Place place in this.places)
        {
            if (!place.IsAsItWas(out object? was)) return was is not null && this.paths.TryGetValue(was, out string? path) ? path : place.Path;
        }
        return null;
    }

    private IEnumerable<(string Name, object Item)> Inside(string path, object item) => item switch
    {
        Module module => this.InModule(path, module),
        object[] array => this.InList(path, array, new ArrayPlace(path, array)),
        IDictionary dictionary => this.InDictionary(path, dictionary),
        IList list => this.InList(path, list, new ListPlace(path, list)),
        _ => [],
    };

    private IEnumerable<(string Name, object Item)> InModule(string path, Module module)
    {
        foreach (FieldInfo field in module.Fields())
        {
            if (!MayHold(field.FieldType)) continue;
            object? value = field.GetValue(module);
            string name = Module.NameOf(field);
            if (!field.IsInitOnly) this.found.Add(new FieldPlace(Module.Below(path, name), module, field, value));
            if (value is Module or IDictionary or IList && MayHold(value.GetType())) yield return (name, value);
        }
    }

    private IEnumerable<(string Name, object Item)> InList(string path, IList list, Place place)
    {
        this.found.Add(place);
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is { } item && (item is Module || item is IDictionary or IList && MayHold(item.GetType())))
                yield return (i.ToString(CultureInfo.InvariantCulture), item);
        }
    }

    private IEnumerable<(string Name, object Item)> InDictionary(string path, IDictionary dictionary)
    {
        this.found.Add(new DictionaryPlace(path, dictionary));
        foreach (DictionaryEntry entry in dictionary)
        {
            if (entry.Value is Module) yield return (entry.Key.ToString() ?? "", entry.Value);
        }
    }

    // Whether something of a type can be a part of a network, or hold one.
    private static bool MayHold(Type type) =>
        type.IsAssignableTo(typeof(Module)) || type == typeof(Parameter) || type == typeof(RandomStream) || type == typeof(object)
        || (type.HasElementType ? type.IsArray && MayHold(type.GetElementType()!)
            : type.IsGenericType ? typeof(IEnumerable).IsAssignableFrom(type) && Array.Exists(type.GetGenericArguments(), MayHold)
            : typeof(IEnumerable).IsAssignableFrom(type) && type != typeof(string) && !type.IsValueType);

    private abstract class Place(string path)
    {
        public string Path => path;

        public abstract bool IsAsItWas(out object? was);
    }

    private sealed class FieldPlace(string path, Module owner, FieldInfo field, object? first) : Place(path)
    {
        public override bool IsAsItWas(out object? was)
        {
            was = first;
            return ReferenceEquals(field.GetValue(owner), first);
        }
    }

    private sealed class ArrayPlace(string path, object[] array) : Place(path)
    {
        private readonly object[] first = [.. array];

        public override bool IsAsItWas(out object? was)
        {
            for (int i = 0; i < this.first.Length; i++)
            {
                was = this.first[i];
                if (!ReferenceEquals(array[i], was)) return false;
            }
            was = null;
            return true;
        }
    }

    private sealed class ListPlace(string path, IList list) : Place(path)
    {
        private readonly object?[] first = [.. list.Cast<object?>()];

        public override bool IsAsItWas(out object? was)
        {
            was = null;
            if (list.Count != this.first.Length) return false;
            for (int i = 0; i < this.first.Length; i++)
            {
                was = this.first[i];
                if (!ReferenceEquals(list[i], was)) return false;
            }
            return true;
        }
    }

    private sealed class DictionaryPlace(string path, IDictionary dictionary) : Place(path)
    {
        private readonly object[] keys = [.. dictionary.Keys.Cast<object>()];
        private readonly object?[] first = [.. dictionary.Values.Cast<object?>()];

        public override bool IsAsItWas(out object? was)
        {
            was = null;
            if (dictionary.Count != this.keys.Length) return false;
            for (int i = 0; i < this.keys.Length; i++)
            {
                was = this.first[i];
                if (!ReferenceEquals(dictionary[this.keys[i]], was)) return false;
            }
            return true;
        }
    }
}
