namespace Chat.Rooms;

/// <summary>A row of the history: its number among all, and its message, if that is on this device yet.</summary>
public readonly record struct Row(int Index, Mark Place, Message? Message);
