namespace Runnel.Client.Sqlite.Tests;

[Synced]
public partial class Memo
{
    public partial string Text { get; set; }
}
