namespace Chat.Rooms;

/// <summary>How far somebody has come in a room: all pages before <paramref name="Page"/>, and so many messages of it.</summary>
public readonly record struct Mark(int Page, int Messages)
{
    public bool Reaches(Mark place) => (Page, Messages).CompareTo((place.Page, place.Messages)) >= 0;
}
