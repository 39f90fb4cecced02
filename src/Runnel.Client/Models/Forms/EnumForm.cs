using System.Numerics;
using System.Text.Json;

namespace Runnel.Client.Models.Forms;

internal sealed class EnumForm<T, TNumber> : JsonForm<T>
    where T : struct, Enum where TNumber : struct, IBinaryInteger<TNumber>, IMinMaxValue<TNumber>
{
    private readonly Func<T, TNumber> _toNumber;
    private readonly Func<TNumber, T> _fromNumber;
    private readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<TNumber, string> _byValue = [];

    public EnumForm(Func<T, TNumber> toNumber, Func<TNumber, T> fromNumber, (string Name, T Value)[] names)
    {
        _toNumber = toNumber;
        _fromNumber = fromNumber;
        foreach (var (name, value) in names)
        {
            _byName[name] = value;
            _byValue.TryAdd(toNumber(value), name);   // of several names for one value, the first is written
        }
    }

    internal override CanonicalJson Write(T value)
    {
        var number = _toNumber(value);
        return _byValue.TryGetValue(number, out var name) ? CanonicalJson.FromString(name) : IntegerForm<TNumber>.Instance.Write(number);
    }

    internal override bool TryRead(CanonicalJson json, out T value)
    {
        value = default;
        if (json.TryGetString(out var name) && _byName.TryGetValue(name, out value)) return true;
        if (!IntegerForm<TNumber>.Instance.TryRead(json, out var number)) return false;
        value = _fromNumber(number);
        return true;
    }
}
