using System.ComponentModel;
using System.Numerics;
using Runnel.Client.Models.Forms;

namespace Runnel.Client.Models;

/// <summary>A field whose edits are differences. For generated code. A sum that the type cannot hold reads as the nearest value that it can.</summary>
/// <typeparam name="TModel">The model class.</typeparam>
/// <typeparam name="TValue">The property's type.</typeparam>
/// <param name="name">The field's name in events.</param>
/// <param name="property">The property's name in C#.</param>
/// <param name="form">How the value travels.</param>
/// <param name="get">Reads the object's storage as it stands.</param>
/// <param name="set">Writes the object's storage.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CounterField<TModel, TValue>(
    string name, string property, JsonForm<TValue> form, Func<TModel, TValue> get, Action<TModel, TValue> set)
    : ModelField<TModel>(name, property, [], ModelFieldKind.Counter)
    where TModel : class, ISynced<TModel>
    where TValue : struct, IBinaryInteger<TValue>, IMinMaxValue<TValue>
{
    /// <summary>Counts from what the object reads to <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/>, or the way to it, is 2^53 or more in magnitude.</exception>
    public void Set(TModel model, TValue value) => Count(model, old => Int128.CreateChecked(value) - old);

    /// <summary>Counts on by <paramref name="amount"/>, whatever the object reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count would leave its type, or <paramref name="amount"/> or the count is 2^53 or more in magnitude.</exception>
    public void Increment(TModel model, long amount) => Count(model, _ => amount);

    internal override CanonicalJson? Write(TModel model) => model.State.Unread(this) ?? form.Write(get(model));

    private protected override bool Store(TModel model, CanonicalJson? value)
    {
        var readable = form.TryReadOrDefault(value, out var read);
        if (!readable && IntegerForm<Int128>.Instance.TryRead(value.GetValueOrDefault(), out var sum)) read = TValue.CreateSaturating(sum);
        var state = model.State;
        lock (state)
        {
            state.KeepUnread(this, readable ? null : value);
            if (get(model) == read) return false;
            set(model, read);
            return true;
        }
    }

    private void Count(TModel model, Func<Int128, Int128> difference)
    {
        var state = model.State;
        ModelLink? link;
        using (var edit = state.Edit())
        {
            link = edit.Link;
            var old = Int128.CreateChecked(get(model));
            var amount = difference(old);
            if (amount == 0) return;
            var count = old + amount;
            if (!IsCountable(amount) || !IsCountable(count) || Int128.CreateChecked(TValue.CreateSaturating(count)) != count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(difference), count, $"The counter {PropertyName} stays in its type, is below 2^53 and moves by less than that.");
            }
            link?.Write(this, Delta.Inc((long)amount));
            lock (state) set(model, TValue.CreateChecked(count));
        }
        Announce(model, link);
    }

    // What a double counts exactly, as other languages must: 2^53.
    private static bool IsCountable(Int128 number) => Int128.Abs(number) < (Int128)1 << 53;
}
