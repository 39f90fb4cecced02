using Runnel.Client.Models;
using Runnel.Client.Ordering;

namespace Runnel.Client;

/// <summary>The order that people give the objects by hand.</summary>
public sealed partial class SyncedCollection<T>
{
    private OrderIndex<T>? _order;

    /// <summary>
    /// Moves an object right before another, or to the end for <c>null</c>, in the order of the property of type <see cref="OrderKey"/>. That is
    /// one event of one object; only where several objects have one place, as those that never got one, the others get places too.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model has no property of type <see cref="OrderKey"/>.</exception>
    /// <exception cref="ArgumentException">One of the objects is not in the collection.</exception>
    public void Move(T model, T? before)
    {
        lock (Gate)
        {
            if (!Holds(model, out _)) throw new ArgumentException("The object to move is not in the collection.", nameof(model));
            if (before is not null && !Holds(before, out _)) throw new ArgumentException("The object to move before is not in the collection.", nameof(before));
            var order = Order() ?? throw new InvalidOperationException($"{typeof(T).Name} has no order: give it a property of type OrderKey.");
            var ahead = order.Before(before);
            if (before == model || ahead?.Model == model) return;   // it is there
            Place(model, ahead?.Place ?? OrderKey.None, [.. order.From(before, model).TakeWhile(next => next.Place <= (ahead?.Place ?? OrderKey.None))], order.From(before, model));
        }
    }

    /// <summary>Gives an object a place behind <paramref name="after"/>, and new ones behind that to those that share it.</summary>
    private void Place(T model, OrderKey after, List<(T Model, OrderKey Place)> sharing, IEnumerable<(T Model, OrderKey Place)> rest)
    {
        var before = rest.Skip(sharing.Count).Select(next => next.Place).FirstOrDefault();
        var author = Stream.Client.Id;
        Stream.Batch(() =>
        {
            foreach (var placed in sharing.Select(next => next.Model).Prepend(model))
            {
                after = OrderKey.Between(after, before, author);
                _order!.Field.Set(placed, after);
            }
        });
    }

    /// <summary>Puts a new object that has no place at the end.</summary>
    private void PlaceNew(T model)
    {
        if (Order() is { } order && order.Field.Get(model) == OrderKey.None) order.Field.Set(model, OrderKey.Between(order.LastPlace, OrderKey.None, Stream.Client.Id));
    }

    private OrderIndex<T>? Order()
    {
        if (_order is not null || T.Map.Fields.OfType<ValueField<T, OrderKey>>().FirstOrDefault() is not { } field) return _order;
        _order = new OrderIndex<T>(field);
        Watch(_order);
        return _order;
    }
}
