using System.Linq.Expressions;

namespace Runnel.Client.Models;

/// <summary>Finds the field that an app means by <c>task => task.Title</c>. Only the property's name is looked at; nothing is compiled or reflected on.</summary>
internal static class FieldSelector
{
    /// <summary>The field.</summary>
    /// <exception cref="ArgumentException">It is no property of the model that is set as a whole.</exception>
    public static (ModelField<TModel> Field, IValueField<TValue> Values) Find<TModel, TValue>(Expression<Func<TModel, TValue>> selector)
        where TModel : class, ISynced<TModel>
    {
        var name = selector.Body is MemberExpression { Expression: ParameterExpression } member ? member.Member.Name : null;
        var field = name is null ? null : TModel.Map.FieldOf(name);
        if (field is null) throw new ArgumentException($"{selector} is no synced property of {typeof(TModel).Name}: write model => model.Property.", nameof(selector));
        return field is IValueField<TValue> values
            ? (field, values)
            : throw new ArgumentException($"{name} is a counter or a live set, which merge by themselves.", nameof(selector));
    }
}
