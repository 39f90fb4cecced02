namespace Chat.Rooms;

/// <summary>How far an own message has come.</summary>
public enum Receipt
{
    /// <summary>It is kept here, and not sent yet.</summary>
    Kept,

    /// <summary>The server has it.</summary>
    Sent,

    /// <summary>It is on everybody's device.</summary>
    Delivered,

    /// <summary>Everybody has read it.</summary>
    Read,
}
