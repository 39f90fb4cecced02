namespace Runnel.Client.Models;

/// <summary>How the edits of a field are said.</summary>
public enum ModelFieldKind
{
    /// <summary>As a plain value.</summary>
    Value,

    /// <summary>As a difference: <c>{"$inc":n}</c>.</summary>
    Counter,

    /// <summary>By element: <c>{"$add":[…],"$remove":[…]}</c>.</summary>
    Set,
}
