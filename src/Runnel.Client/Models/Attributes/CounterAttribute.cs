namespace Runnel.Client;

/// <summary>
/// Makes an integral property a counter: its setter sends the difference to what the property reads, so that concurrent changes
/// all count. Beside the property <c>Likes</c> stands the method <c>IncrementLikes</c>, which no other thread can come between.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CounterAttribute : Attribute;
