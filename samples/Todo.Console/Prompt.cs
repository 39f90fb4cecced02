using System.Text;

namespace Todo;

/// <summary>A line of text that the user types.</summary>
internal sealed class Prompt
{
    private readonly StringBuilder _text = new();
    private string _label = "";
    private Action<string> _done = _ => { };

    public bool IsOpen { get; private set; }

    /// <summary>Asks for text, beginning with <paramref name="text"/>; Escape takes the question back.</summary>
    public void Open(string label, string text, Action<string> done)
    {
        (_label, _done, IsOpen) = (label, done, true);
        _text.Clear().Append(text);
    }

    public void Take(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsOpen = false;
                if (_text.Length > 0) _done(_text.ToString());
                break;
            case ConsoleKey.Escape: IsOpen = false; break;
            case ConsoleKey.Backspace when _text.Length > 0: _text.Length--; break;
            default:
                if (!char.IsControl(key.KeyChar)) _text.Append(key.KeyChar);
                break;
        }
    }

    public override string ToString() => $"{_label}: {_text}_";
}
